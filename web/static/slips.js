// Slips by keyboard, a comfort on top of the plain form: the next door is offered, one key says what its slip says. Each
// key is sent in its turn until the server has answered; what waits is kept in this browser, and nothing is sent twice.
"use strict";

(() => {
  const board = document.getElementById("board");
  const form = document.getElementById("slip");
  if (!board || !form) return;
  const field = (name) => form.elements.namedItem(name);
  const [next, sent, refused] = ["next", "sent", "refused"].map((id) => document.getElementById(id));
  const doors = [...document.querySelectorAll("#doors option")].map((option) => option.value);
  const FOUND = { 1: "for", 2: "against", 3: "abstain", 0: "blank" };
  const WAITING = "slips:" + (document.body.dataset.person || "") + ":" + location.pathname;
  const stored = (act) => {
    try {
      return act(window.sessionStorage);
    } catch {
      return null;
    }
  };
  let waiting = stored((storage) => JSON.parse(storage.getItem(WAITING) || "[]")) || [];
  let at = 0;
  let sending = false;
  const done = new Set(waiting.map((slip) => slip.door));
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const offer = (step = 0) => {
    at += step;
    while (at < doors.length && at >= 0 && done.has(doors[at])) at += step < 0 ? -1 : 1;
    at = Math.max(0, Math.min(at, doors.length));
    next.textContent = doors[at] || board.dataset.end;
  };
  const tell = () => {
    stored((storage) => storage.setItem(WAITING, JSON.stringify(waiting)));
    sent.textContent = waiting.length > 1 ? board.dataset.waiting.replace("{n}", waiting.length) : "";
  };

  const body = (slip) => {
    const data = new URLSearchParams({ ...slip, box: field("box").value, form: "slip" });
    data.set("csrf_token", field("csrf_token").value);
    return data;
  };
  const taken = (page) => {
    const [old, now] = [document.querySelector(".big.num"), page.querySelector(".big.num")];
    if (old && now) old.textContent = now.textContent;
    if (!page.getElementById("slip")) location.reload();
  };
  const turnedBack = (slip, page) => {
    const trouble = page.querySelector("#trouble, .trouble, main [role=alert]");
    const line = document.createElement("p");
    line.className = "note clay";
    line.textContent = (slip.door ? slip.door + "：" : "") + (trouble ? trouble.textContent.trim().replace(/\s+/g, " ") : page.title);
    refused.append(line);
    done.delete(slip.door);
    at = Math.min(at, Math.max(0, doors.indexOf(slip.door)));
    offer();
  };
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      while (waiting.length) {
        const answer = await fetch(form.action, { method: "POST", body: body(waiting[0]), credentials: "same-origin" });
        if (answer.status >= 500) throw new Error(answer.status);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const slip = waiting.shift();
        tell();
        if (answer.ok) taken(page);
        else turnedBack(slip, page);
      }
    } catch {
      setTimeout(send, 3000);
    }
    sending = false;
    tell();
  };
  window.addEventListener("online", send);

  const say = (found) => {
    const door = doors[at];
    if (!door) return;
    done.add(door);
    waiting.push({ door, found, key: fresh() });
    offer(1);
    tell();
    send();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea, summary, a, button");
    if (typing || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.key in FOUND) say(FOUND[event.key]);
    else if (event.key === "ArrowDown") offer(1);
    else if (event.key === "ArrowUp") offer(-1);
    else if (event.key === "/") field("door").focus();
    else return;
    event.preventDefault();
  });

  board.hidden = false;
  offer();
  board.focus();
  if (waiting.length) send();
})();
