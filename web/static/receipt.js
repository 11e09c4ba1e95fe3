// A receipt is read from a file without being sent anywhere, and the phone itself computes what it shows.
(() => {
  const form = document.getElementById("check");
  if (!form) return;
  const text = form.elements.text, file = form.querySelector("[data-file]"), told = document.getElementById("check-own");
  file.hidden = false;
  file.querySelector("input").addEventListener("change", async event => {
    const [chosen] = event.target.files;
    if (!chosen) return;
    const content = chosen.size < 20000 ? await chosen.text() : "";
    if (!content.trim().startsWith("c2sp.org/tlog-proof@")) { tell("unread"); return; }
    text.value = content;
    compute();
  });
  text.addEventListener("change", compute);
  if (text.value) compute();

  async function compute() {
    tell("");
    const proof = window.crypto && crypto.subtle && read(text.value.replace(/\r\n/g, "\n").trim());
    if (!proof) return;
    tell("computing");
    try {
      const answer = await fetch("/history/" + proof.index + "/leaf");
      const gone = answer.status === 404;
      if (!answer.ok && !gone) throw new Error(answer.status);
      tell(!gone && await leads(proof, new Uint8Array(await answer.arrayBuffer())) ? "good" : "bad");
    } catch (_error) { tell("away"); }
  }

  function tell(what) {
    told.textContent = what && told.dataset[what];
    told.className = what && "note" + (what === "good" ? " pine" : what === "computing" ? "" : " clay");
  }

  function read(whole) {
    const parts = whole.split("\n\n"), lines = parts[0].split("\n"), stated = (parts[1] || "").split("\n");
    if (lines.shift() !== "c2sp.org/tlog-proof@v1" || stated.length < 3) return null;
    if (lines[0] && lines[0].startsWith("extra ")) lines.shift();
    const index = /^index (\d{1,15})$/.exec(lines.shift() || "");
    try {
      return index && { index: +index[1], hashes: lines.map(bytes), size: +stated[1], root: bytes(stated[2]) };
    } catch (_error) { return null; }
  }

  function bytes(base64) { return Uint8Array.from(atob(base64), sign => sign.charCodeAt(0)); }

  async function hash(...parts) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
  }

  // RFC 9162 section 2.1.3.2; sizes stay below 2^53, so halves are taken by division.
  async function leads(proof, leaf) {
    let node = proof.index, last = proof.size - 1, found = await hash(Uint8Array.of(0), leaf);
    if (node > last) return false;
    for (const sibling of proof.hashes) {
      if (last === 0) return false;
      if (node % 2 || node === last) {
        found = await hash(Uint8Array.of(1), sibling, found);
        while (node && node % 2 === 0) { node = Math.floor(node / 2); last = Math.floor(last / 2); }
      } else {
        found = await hash(Uint8Array.of(1), found, sibling);
      }
      node = Math.floor(node / 2); last = Math.floor(last / 2);
    }
    return last === 0 && found.length === proof.root.length && found.every((byte, at) => byte === proof.root[at]);
  }
})();
