<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<#assign wrong = messagesPerField.existsError('password')?then(messagesPerField.get('password'), "")>
<#assign wrongAgain = messagesPerField.existsError('password-confirm')?then(messagesPerField.get('password-confirm'), "")>
<@layout.registrationLayout displayMessage=!(wrong?has_content || wrongAgain?has_content); section>
  <#if section = "header">
    ${msg("updatePasswordTitle")}
  <#elseif section = "form">
    <form id="kc-passwd-update-form" action="${url.loginAction}" method="post">
      <@field.password id="password-new" label=msg("passwordNew") hint=msg("passwordHint") error=wrong autocomplete="new-password" autofocus=true/>
      <@field.password id="password-confirm" label=msg("passwordConfirm") error=wrongAgain autocomplete="new-password"/>
      <div class="choice">
        <input type="checkbox" id="logout-sessions" name="logout-sessions" value="on" checked>
        <label for="logout-sessions">${msg("logoutOtherSessions")}</label>
      </div>
      <@field.buttons label=msg("doSave")/>
    </form>
    <script type="module" src="${url.resourcesPath}/js/passwordVisibility.js"></script>
  </#if>
</@layout.registrationLayout>
