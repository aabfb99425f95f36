// Owns what the page shows: a form to who is not signed in, and their notes to who is.
import { ask, getProviders, getSession, signIn, signOut } from "./auth.js";

const MESSAGES = {
  AccessDenied: "You may not sign in here.",
  Busy: "Many people are signing in. Wait a few seconds, and try again.",
  CredentialsSignin: "Email and password do not match. Check them, and try again.",
};
const OTHERWISE = "Signing in does not work at the moment. Try again later.";
const UNREACHABLE = "The server does not answer this page. It may be down, or not know this address.";

const part = (id) => document.getElementById(id);
const form = part("sign-in");

function say(message) {
  part("problem").textContent = message;
}

/** Runs what a person asked for, once at a time, and tells a failure. */
async function doing(button, action) {
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true"; // a button that is really disabled would lose the focus
  say("");
  try {
    await action();
  } catch {
    say(UNREACHABLE);
  } finally {
    button.ariaDisabled = null;
  }
}

async function show({ moveFocus = false } = {}) {
  const session = await getSession();
  part("waiting").hidden = true;
  part("title").textContent = session ? `Notes of ${session.user.name}` : "Sign in to your notes";
  form.hidden = Boolean(session);
  part("account").hidden = !session;
  part("notes").replaceChildren();
  if (session) {
    const expires = new Date(session.expires);
    part("expires").dateTime = session.expires;
    part("expires").textContent = expires.toLocaleDateString(undefined, { dateStyle: "long" });
  } else {
    const { credentials } = await getProviders();
    form.querySelector("button").textContent = `Sign in with ${credentials.name}`;
  }
  if (moveFocus) part("title").focus(); // what had the focus is gone
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  doing(event.submitter, async () => {
    const refusal = await signIn(Object.fromEntries(new FormData(form)));
    form.elements.password.value = "";
    if (refusal) {
      say(MESSAGES[refusal.error] ?? OTHERWISE);
      form.elements.password.focus();
    } else {
      await show({ moveFocus: true });
    }
  });
});

part("show-notes").addEventListener("click", (event) => {
  doing(event.currentTarget, async () => {
    const response = await ask("/api/notes");
    if (response.status === 401) {
      await show({ moveFocus: true });
      say("You have been signed out. Sign in again.");
      return;
    }
    const items = (await response.json()).map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    });
    part("notes").replaceChildren(...items);
  });
});

part("sign-out").addEventListener("click", (event) => {
  doing(event.currentTarget, async () => {
    if (await signOut()) say("You are still signed in. Try again.");
    else await show({ moveFocus: true });
  });
});

show().catch(() => {
  part("waiting").hidden = true;
  say(UNREACHABLE);
});
