// Comforts only: every page works without this file. Words being written stay on the device until they are recorded,
// a form is sent once, and what needs a script to work at all is shown only when there is one.
"use strict";

(() => {
  const PREFIX = "draft:";
  const person = document.body.dataset.person || "";

  // By where it is sent: a form that comes back with a remark stands at that address, not at its page's.
  const nameOf = (form) => PREFIX + person + ":" + new URL(form.action).pathname + "#" + form.id;

  // Storage may be full or forbidden; then words are simply not kept.
  const stored = (act) => {
    try {
      return act(window.localStorage);
    } catch {
      return null;
    }
  };

  const fieldsOf = (form) =>
    [...form.elements].filter((field) => field.name && field.matches("textarea, input[type=text], input:not([type])"));

  // What the server put back into a refused form is not recorded yet either.
  const refused = document.getElementById("trouble") !== null;

  const written = (form) => {
    const words = {};
    for (const field of fieldsOf(form)) {
      if (field.value && (refused || field.value !== field.defaultValue)) words[field.name] = field.value;
    }
    return words;
  };

  const keep = (form) =>
    stored((storage) => {
      const words = written(form);
      if (Object.keys(words).length) storage.setItem(nameOf(form), JSON.stringify(words));
      else storage.removeItem(nameOf(form));
    });

  // The server says which form it recorded: those words are safe there.
  const dropRecorded = (path) => stored((storage) => storage.removeItem(PREFIX + person + ":" + path));

  const dropAll = () =>
    stored((storage) => {
      for (const name of Object.keys(storage)) if (name.startsWith(PREFIX)) storage.removeItem(name);
    });

  const bringBack = (form) => {
    const draft = stored((storage) => JSON.parse(storage.getItem(nameOf(form)) || "null"));
    if (!draft) return;
    let some = false;
    for (const field of fieldsOf(form)) {
      const words = draft[field.name];
      if (words && field.value === field.defaultValue && !field.value) {
        field.value = words;
        some = true;
      }
    }
    const sign = document.querySelector("template#draft-sign");
    if (some && sign) form.prepend(sign.content.cloneNode(true));
  };

  const later = (act, milliseconds) => {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(act, milliseconds);
    };
  };

  for (const said of document.querySelectorAll("[data-recorded]")) dropRecorded(said.dataset.recorded);
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (!refused) bringBack(form);
    form.addEventListener("input", later(() => keep(form), 800));
    form.addEventListener("submit", () => keep(form));
  }
  for (const form of document.querySelectorAll("form.me")) form.addEventListener("submit", dropAll);

  // A second press while the first is on its way; the button stays in the form, so that its value is sent.
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      else form.dataset.sent = "1";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
