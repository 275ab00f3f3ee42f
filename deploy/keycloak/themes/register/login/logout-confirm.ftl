<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
  <#if section = "header">
    ${msg("logoutConfirmTitle")}
  <#elseif section = "form">
    <p>${msg("logoutConfirmHeader")}</p>
    <form action="${url.logoutConfirmAction}" method="post">
      <input type="hidden" name="session_code" value="${logoutConfirm.code}">
      <div class="buttons"><button class="button" name="confirmLogout" id="kc-logout" value="yes">${msg("doLogout")}</button></div>
    </form>
    <#if !logoutConfirm.skipLink><p><a href="${(client.baseUrl)!"/"}">${msg("backToApplication")}</a></p></#if>
  </#if>
</@layout.registrationLayout>
