<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<#assign wrong = messagesPerField.existsError('totp')?then(messagesPerField.get('totp'), "")>
<#assign wrongName = messagesPerField.existsError('userLabel')?then(messagesPerField.get('userLabel'), "")>
<@layout.registrationLayout displayMessage=false; section>
  <#if section = "header">
    ${msg("loginTotpTitle")}
  <#elseif section = "form">
    <p>${msg("loginTotpIntro")}</p>
    <form id="kc-totp-settings-form" action="${url.loginAction}" method="post">
      <ol class="steps">
        <li>
          <p>${msg("loginTotpStep1")}</p>
          <ul><#list totp.supportedApplications as app><li>${msg(app)}</li></#list></ul>
        </li>
        <li>
          <p>${msg("loginTotpStep2")}</p>
          <img class="qr" src="data:image/png;base64,${totp.totpSecretQrCode}" alt="${msg("qrCode")}" width="246" height="246">
          <details>
            <summary>${msg("loginTotpUnableToScan")}</summary>
            <p>${msg("loginTotpManualStep2")}</p>
            <p class="key" id="kc-totp-secret-key">${totp.totpSecretEncoded}</p>
          </details>
        </li>
        <li>
          <@field.input id="totp" label=msg("loginTotpStep3") hint=msg("otpHint") error=wrong autocomplete="one-time-code" inputmode="numeric" narrow=true/>
        </li>
      </ol>
      <#if totp.otpCredentials?size gte 1>
        <@field.input id="userLabel" label=msg("loginTotpDeviceName") hint=msg("loginTotpStep3DeviceName") error=wrongName/>
      <#else>
        <input type="hidden" name="userLabel" value="${msg("otp-display-name")}">
      </#if>
      <input type="hidden" name="totpSecret" value="${totp.totpSecret}">
      <@field.buttons label=msg("doSave") id="saveTOTPBtn"/>
    </form>
  </#if>
</@layout.registrationLayout>
