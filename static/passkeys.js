// Passkeys. A form with data-passkey="create" or "get" asks the browser for one and sends it as JSON in `credential`;
// what to ask for stands in data-options, or comes from data-options-at. Without passkeys the form stays hidden.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const described = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

function asked({ publicKey }, create) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (!create) return { ...options, allowCredentials: described(publicKey.allowCredentials) };
  return {
    ...options,
    user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
    excludeCredentials: described(publicKey.excludeCredentials),
    authenticatorSelection: {
      ...publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  };
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const given = await fetch(form.dataset.optionsAt, { headers: { Accept: "application/json" } });
  if (!given.ok) throw new Error(given.status);
  return (await given.json()).request_options;
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
  const create = form.dataset.passkey === "create";
  const problem = form.querySelector("[data-passkey-problem]");
  form.hidden = false;
  document.querySelector("[data-passkey-without]")?.remove();
  form.addEventListener("submit", async (press) => {
    press.preventDefault();
    problem.textContent = "";
    try {
      const publicKey = asked(await optionsOf(form), create);
      const credential = await navigator.credentials[create ? "create" : "get"]({ publicKey });
      form.elements.credential.value = answer(credential);
      form.submit();
    } catch {
      problem.textContent = "That did not work, or you stopped it. Try again, or use another way.";
    }
  });
}
