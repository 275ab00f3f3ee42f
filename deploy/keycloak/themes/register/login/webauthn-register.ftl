<#import "template.ftl" as layout>
<#import "field.ftl" as field>
<@layout.registrationLayout; section>
  <#if section = "header">
    ${msg("webauthn-registration-title")}
  <#elseif section = "form">
    <p>${msg("webauthnRegisterHow")}</p>
    <noscript><p class="message message--error">${msg("scriptNeeded")}</p></noscript>
    <form id="register" action="${url.loginAction}" method="post">
      <#list ["clientDataJSON", "attestationObject", "publicKeyCredentialId", "authenticatorLabel", "transports", "error"] as name>
        <input type="hidden" id="${name}" name="${name}">
      </#list>
    </form>
    <@field.input id="label" label=msg("webauthn-registration-init-label-prompt") hint=msg("webauthnLabelHint") value=msg("webauthn-registration-init-label")/>
    <div class="buttons"><button type="button" class="button" id="registerWebAuthn">${msg("doRegisterSecurityKey")}</button></div>
    <@field.cancel/>
    <script type="module">
      <#outputformat "JavaScript">
      import { registerByWebAuthn } from "${url.resourcesPath}/js/webauthnRegister.js";
      const label = document.getElementById("label");
      // Keycloak's own script asks for the key's name in a dialogue box; here it stands in the page already.
      window.prompt = (_, otherwise) => label.value.trim() || otherwise;
      document.getElementById("registerWebAuthn").addEventListener("click", () => registerByWebAuthn({
        challenge: ${challenge?c},
        userid: ${userid?c},
        username: ${username?c},
        signatureAlgorithms: [<#list signatureAlgorithms as one>${one?c},</#list>],
        rpEntityName: ${rpEntityName?c},
        rpId: ${rpId?c},
        attestationConveyancePreference: ${attestationConveyancePreference?c},
        authenticatorAttachment: ${authenticatorAttachment?c},
        requireResidentKey: ${requireResidentKey?c},
        userVerificationRequirement: ${userVerificationRequirement?c},
        createTimeout: ${createTimeout?c},
        excludeCredentialIds: ${excludeCredentialIds?c},
        initLabel: ${msg("webauthn-registration-init-label")?c},
        initLabelPrompt: ${msg("webauthn-registration-init-label-prompt")?c},
        errmsg: ${msg("webauthn-unsupported-browser-text")?c}
      }), { once: true });
      </#outputformat>
    </script>
  </#if>
</@layout.registrationLayout>
