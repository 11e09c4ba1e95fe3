// Passkeys: the page carries what is asked; the device answers into the form, which is then sent like any other.
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials || !window.isSecureContext) return;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }
  function words(buffer) {
    var text = "";
    new Uint8Array(buffer).forEach(function (b) { text += String.fromCharCode(b); });
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function asked(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (options[list] || []).forEach(function (each) { each.id = bytes(each.id); });
    });
    return { publicKey: options };
  }
  function told(credential) {
    var response = {}, from = credential.response;
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (from[name]) response[name] = words(from[name]);
    });
    return JSON.stringify({
      id: credential.id, rawId: words(credential.rawId), type: credential.type, response: response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  document.querySelectorAll("[data-passkey]").forEach(function (part) {
    var form = part.closest("form"), button = part.querySelector("button[type=button]");
    var trouble = form.querySelector("p.note[hidden]");
    form.hidden = false;
    button.addEventListener("click", function () {
      button.disabled = true;
      if (trouble) trouble.hidden = true;
      var options = asked(JSON.parse(part.dataset.options));
      var answer = part.dataset.passkey === "create" ? navigator.credentials.create(options) : navigator.credentials.get(options);
      answer.then(function (credential) {
        form.elements.credential.value = told(credential);
        form.submit();
      }).catch(function () {
        button.disabled = false;
        if (trouble) { trouble.hidden = false; trouble.setAttribute("role", "alert"); }
      });
    });
  });
  document.querySelectorAll("[data-passkey-card]").forEach(function (part) { part.hidden = false; });
  document.querySelectorAll("[data-passkey-none]").forEach(function (part) { part.hidden = true; });
})();
