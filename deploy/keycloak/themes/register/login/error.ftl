<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
  <#if section = "header">
    ${msg("errorTitle")}
  <#elseif section = "form">
    <div class="message message--error" role="alert"><p>${kcSanitize(message.summary)?no_esc}</p></div>
    <#if !skipLink??>
      <#assign back = (client?? && client.baseUrl?has_content)?then(client.baseUrl!"", "/")>
      <p><a class="button" id="backToApplication" href="${back}">${msg("backToApplication")}</a></p>
    </#if>
  </#if>
</@layout.registrationLayout>
