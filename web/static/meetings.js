// The secretary's desk, a comfort on top of plain forms: keys, choosing a speaker by initials, and an outbox, so that
// typing never waits for the network and nothing typed is lost. No key is acted on while an input method composes.
"use strict";

(() => {
  const form = document.getElementById("entry");
  if (!form) return;
  // Not ``elements.item``, which is a method of the collection.
  const field = (name) => form.elements.namedItem(name);
  const said = field("said");
  const who = field("who");
  const saved = document.getElementById("saved");
  const tray = document.getElementById("outbox");
  const place = (document.body.dataset.person || "") + ":" + location.pathname;
  const DRAFT = "draft:" + place + "#entry";
  const OUTBOX = "outbox:" + place;
  // keyCode 229 as well: on some systems the flag is off already when the key that ends a composition arrives.
  const composing = (event) => event.isComposing || event.keyCode === 229;

  const stored = (act) => {
    try {
      return act(window.localStorage);
    } catch {
      return null;
    }
  };
  const recall = (name) => stored((storage) => JSON.parse(storage.getItem(name) || "null"));
  const keep = (name, value) => stored((storage) => storage.setItem(name, JSON.stringify(value)));
  const drop = (name) => stored((storage) => storage.removeItem(name));

  // What is being written

  const FIELDS = ["kind", "item", "who", "said"];
  const values = () => Object.fromEntries(FIELDS.map((name) => [name, field(name) ? field(name).value : ""]));
  const put = (words) => {
    for (const name of FIELDS) if (words[name] && field(name)) field(name).value = words[name];
  };
  const remember = () => {
    const words = values();
    if (words.said.trim() || words.who.trim()) keep(DRAFT, { words, sent: false });
    else drop(DRAFT);
  };
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(remember, 300);
  });
  window.addEventListener("pagehide", remember);

  // The outbox: entries in their order, each sent until the server has answered

  let outbox = recall(OUTBOX) || [];
  let sending = false;
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  let calm = [...saved.childNodes];
  const show = () => {
    if (outbox.length) {
      keep(OUTBOX, outbox);
      saved.textContent = sending ? saved.dataset.sending : saved.dataset.waiting.replace("{n}", outbox.length);
    } else {
      drop(OUTBOX);
      saved.replaceChildren(...calm);
    }
    document.querySelectorAll(".log .sending").forEach((line) => line.remove());
    const log = document.querySelector(".log");
    for (const fields of log ? outbox : []) {
      const line = document.createElement("li");
      line.className = "sending";
      line.textContent = saved.dataset.sending + " " + [fields.who, fields.said].filter(Boolean).join(" ");
      log.append(line);
    }
  };

  const body = (fields) => {
    const data = new URLSearchParams(fields);
    data.set("csrf_token", field("csrf_token").value);
    data.set("form", "entry");
    return data;
  };

  // Only what changed on the server: what stands in the entry line is being written.
  const swap = (page) => {
    for (const select of [".tail", "#saved", "#sheet", "#log > header"]) {
      const [old, now] = [document.querySelector(select), page.querySelector(select)];
      if (old && now && !(select === "#sheet" && old.contains(document.activeElement))) {
        if (select === "#saved") calm = [...now.childNodes];
        else old.replaceWith(now);
      }
    }
    if (!document.querySelector(".tail") && page.querySelector(".tail")) {
      document.querySelector("#log > .in").replaceWith(page.querySelector(".tail"));
    }
  };

  const refused = (page) => {
    const trouble = page.querySelector("#trouble");
    const fields = outbox.shift();
    show();
    tray.replaceChildren();
    if (trouble) {
      trouble.removeAttribute("autofocus");
      tray.append(trouble);
    }
    if (!said.value.trim()) put(fields);
    else {
      const text = document.createElement("blockquote");
      text.className = "kept";
      text.textContent = [fields.who, fields.said].filter(Boolean).join("：");
      tray.append(text);
    }
    remember();
  };

  const send = async () => {
    if (sending || !outbox.length) return;
    sending = true;
    show();
    try {
      while (outbox.length) {
        const answer = await fetch(form.action, { method: "POST", body: body(outbox[0]), credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (answer.status >= 500) throw new Error(answer.status);
        if (!answer.ok) {
          refused(page);
          if (!tray.firstChild) location.assign(form.action.replace(/entries$/, "desk"));
          break;
        }
        outbox.shift();
        swap(page);
        show();
      }
    } catch {
      setTimeout(send, 5000);
    }
    sending = false;
    show();
  };
  window.addEventListener("online", send);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tray.replaceChildren();
    if (!said.value.trim()) {
      said.focus();
      return;
    }
    outbox.push({ ...values(), key: fresh() });
    said.value = who.value = "";
    field("kind").value = "speech";
    remember();
    send();
    said.focus();
  });

  // Keys

  const step = (by) => {
    const items = [...document.querySelectorAll("input[form=entry][name=item]")];
    const next = items[items.findIndex((each) => each.checked) + by];
    if (next) next.checked = true;
  };
  const SHORTCUTS = { ArrowUp: () => step(-1), ArrowDown: () => step(1), Digit0: () => who.focus(), Numpad0: () => who.focus() };
  [...form.querySelectorAll("input[name=kind]")].forEach((kind, n) => {
    const choose = () => {
      kind.checked = true;
    };
    SHORTCUTS["Digit" + (n + 1)] = SHORTCUTS["Numpad" + (n + 1)] = choose;
  });
  document.addEventListener("keydown", (event) => {
    if (composing(event)) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && SHORTCUTS[event.code]) {
      event.preventDefault();
      SHORTCUTS[event.code]();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.contains(event.target)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  // Who speaks: a list beside the field instead of the browser's own

  const people = [...document.querySelectorAll("#people option")].map((one) => ({ label: one.value, letters: one.label }));
  const list = document.createElement("ul");
  list.className = "pick";
  list.id = "pick";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  who.after(list);
  who.removeAttribute("list");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": "pick", "aria-expanded": "false", "aria-autocomplete": "list" })) {
    who.setAttribute(name, value);
  }
  let at = 0;
  const fitting = () => {
    const word = who.value.trim().toLowerCase();
    if (!word || people.some((one) => one.label === who.value)) return [];
    const best = people.filter((one) => one.letters.startsWith(word));
    const rest = people.filter((one) => !best.includes(one) && one.label.toLowerCase().includes(word));
    return [...best, ...rest].slice(0, 6);
  };
  const offer = () => {
    const found = fitting();
    at = Math.min(at, Math.max(found.length - 1, 0));
    list.replaceChildren(
      ...found.map((one, n) => {
        const option = document.createElement("li");
        option.id = "pick-" + n;
        option.textContent = one.label;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(n === at));
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(one);
        });
        return option;
      }),
    );
    list.hidden = !found.length;
    who.setAttribute("aria-expanded", String(!!found.length));
    if (found.length) who.setAttribute("aria-activedescendant", "pick-" + at);
    else who.removeAttribute("aria-activedescendant");
    return found;
  };
  const take = (one) => {
    who.value = one.label;
    at = 0;
    offer();
    remember();
  };
  who.addEventListener("input", () => {
    at = 0;
    offer();
  });
  who.addEventListener("blur", () => {
    list.hidden = true;
    who.setAttribute("aria-expanded", "false");
  });
  who.addEventListener("keydown", (event) => {
    if (composing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const found = list.hidden ? [] : fitting();
    if (found.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      offer();
    } else if (event.key === "Tab" && !event.shiftKey && found.length) {
      take(found[at]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (found.length) take(found[at]);
      said.focus();
    } else if (event.key === "Escape") {
      list.hidden = true;
    }
  });

  const draft = recall(DRAFT);
  if (draft && !said.value && !who.value) put(draft.words);
  if (outbox.length) send();
})();
