<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<@layout.registrationLayout displayMessage=false; section>
  <#if section = "header">
    ${msg("webauthn-error-title")}
  <#elseif section = "form">
    <div class="message message--error" role="alert"><p>${msg("webauthnWentWrong")}</p></div>
    <form id="kc-error-credential-form" action="${url.loginAction}" method="post">
      <input type="hidden" name="authenticationExecution" value="${execution}">
      <input type="hidden" name="isSetRetry" value="retry">
      <div class="buttons"><button class="button" id="kc-try-again">${msg("doTryAgain")}</button></div>
    </form>
    <@field.cancel/>
  </#if>
</@layout.registrationLayout>
