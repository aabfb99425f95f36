(() => {
  "use strict";
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

  const forCreate = (options) => ({
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: listed(options.excludeCredentials),
  });
  const forGet = (options) => ({
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: listed(options.allowCredentials),
  });

  const written = (credential) => {
    const given = credential.response;
    const response = { clientDataJSON: toText(given.clientDataJSON) };
    if (given.attestationObject) {
      response.attestationObject = toText(given.attestationObject);
      response.transports = given.getTransports ? given.getTransports() : [];
    } else {
      response.authenticatorData = toText(given.authenticatorData);
      response.signature = toText(given.signature);
      if (given.userHandle) response.userHandle = toText(given.userHandle);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const begin = async (form, signal) => {
    const body = new URLSearchParams();
    const token = form.querySelector('[name="csrfToken"]');
    if (token) body.set("csrfToken", token.value);
    const answer = await fetch(form.dataset.start || form.action, {
      method: "POST",
      body,
      headers: { "X-Auth-Return-Redirect": "1" },
      credentials: "same-origin",
      signal,
    });
    const told = await answer.json();
    if (answer.ok && told.options) return told;
    throw Object.assign(new Error("not begun"), { url: told.url });
  };

  const goOn = (signal) => {
    if (signal.aborted) throw new DOMException("another question was asked", "AbortError");
  };

  // One question at a time: the newest ends the one before it, wherever that stands.
  let asking = null;
  const ask = async (form, mediation, begun) => {
    if (asking) asking.abort();
    const { signal } = (asking = new AbortController());
    const told = await begin(form, signal);
    goOn(signal);
    if (begun) begun(signal);
    const credential = form.dataset.webauthn === "create"
      ? await navigator.credentials.create({ publicKey: forCreate(told.options), signal })
      : await navigator.credentials.get({ publicKey: forGet(told.options), signal, mediation });
    goOn(signal);
    form.querySelector('[name="credential"]').value = written(credential);
    const state = form.querySelector('[name="state"]');
    if (state) state.value = told.state || "";
    form.submit();
  };

  // Browsers offer passkeys in a field for as long as the page is open, and a challenge is good for
  // five minutes. Nobody has asked for this question, so nothing is said when it fails.
  const RENEWED_AFTER = 240_000;
  const wait = (form) => {
    const renewed = (signal) => setTimeout(() => signal.aborted || wait(form), RENEWED_AFTER);
    ask(form, "conditional", renewed).catch(() => null);
  };
  const offer = async (form) => {
    if (form.dataset.webauthn !== "conditional") return;
    const { isConditionalMediationAvailable: isAvailable } = PublicKeyCredential;
    if (!isAvailable || !(await isAvailable.call(PublicKeyCredential))) return;
    if (!asking || asking.signal.aborted) wait(form);
  };

  const say = (form, text) => {
    const place = form.querySelector("[data-said]") || document.getElementById("said");
    if (place) place.textContent = text;
  };

  const askNow = async (form) => {
    say(form, "");
    try {
      await ask(form);
    } catch (error) {
      if (error.name === "AbortError") return;
      say(form, form.dataset.failed || "");
      asking = null;
      if (error.url) location.assign(error.url);
      else offer(form).catch(() => null);
    }
  };

  for (const form of document.querySelectorAll("form[data-webauthn]")) {
    if (!window.PublicKeyCredential) {
      say(form, form.dataset.failed || "");
      continue;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      askNow(form);
    });
    offer(form).catch(() => null);
  }
})();
