<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
  <#if section = "header">
    ${msg("webauthn-login-title")}
  <#elseif section = "form">
    <p>${msg("webauthnHow")}</p>
    <noscript><p class="message message--error">${msg("scriptNeeded")}</p></noscript>
    <form id="webauth" action="${url.loginAction}" method="post">
      <#list ["clientDataJSON", "authenticatorData", "signature", "credentialId", "userHandle", "error"] as name>
        <input type="hidden" id="${name}" name="${name}">
      </#list>
    </form>
    <#if authenticators??>
      <form id="authn_select"><#list authenticators.authenticators as one><input type="hidden" name="authn_use_chk" value="${one.credentialId}"></#list></form>
      <#if shouldDisplayAuthenticators?? && shouldDisplayAuthenticators>
        <p>${msg("webauthn-available-authenticators")}</p>
        <ul><#list authenticators.authenticators as one><li>${one.label}</li></#list></ul>
      </#if>
    </#if>
    <div class="buttons"><button type="button" class="button" id="authenticateWebAuthnButton" autofocus>${msg("webauthn-doAuthenticate")}</button></div>
    <script type="module">
      <#outputformat "JavaScript">
      import { authenticateByWebAuthn } from "${url.resourcesPath}/js/webauthnAuthenticate.js";
      document.getElementById("authenticateWebAuthnButton").addEventListener("click", () => authenticateByWebAuthn({
        isUserIdentified: ${isUserIdentified},
        challenge: ${challenge?c},
        userVerification: ${userVerification?c},
        rpId: ${rpId?c},
        createTimeout: ${createTimeout?c},
        errmsg: ${msg("webauthn-unsupported-browser-text")?c}
      }), { once: true });
      </#outputformat>
    </script>
  </#if>
</@layout.registrationLayout>
