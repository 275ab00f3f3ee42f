<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<#assign wrong = messagesPerField.existsError('totp')?then(messagesPerField.get('totp'), "")>
<@layout.registrationLayout displayMessage=!wrong?has_content; section>
  <#if section = "header">
    ${msg("otpTitle")}
  <#elseif section = "form">
    <form id="kc-otp-login-form" action="${url.loginAction}" method="post">
      <#if otpLogin.userOtpCredentials?size gt 1>
        <fieldset>
          <legend>${msg("otpWhich")}</legend>
          <#list otpLogin.userOtpCredentials as one>
            <div class="choice">
              <input type="radio" id="otp-${one?index}" name="selectedCredentialId" value="${one.id}" <#if one.id == otpLogin.selectedCredentialId>checked</#if>>
              <label for="otp-${one?index}">${one.userLabel!msg("otp-display-name")}</label>
            </div>
          </#list>
        </fieldset>
      </#if>
      <@field.input id="otp" label=msg("loginOtpOneTime") hint=msg("otpHint") error=wrong autocomplete="one-time-code" inputmode="numeric" autofocus=true narrow=true/>
      <@field.buttons label=msg("doLogIn")/>
    </form>
  </#if>
</@layout.registrationLayout>
