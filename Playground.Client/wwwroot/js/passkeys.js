// Passkeys, on the pages of signing in and of the account; and copying what is shown once. Without scripts there are passwords.
const post = (path, body) => fetch(path, {
  method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body)
});

const problemOf = async response => (await response.json().catch(() => ({}))).detail ?? `${response.status}`;

// Nobody is told of what they broke off themselves.
async function perform(button, ceremony) {
  const problem = document.querySelector('[data-passkey-problem]');
  problem.textContent = '';
  button.disabled = true;
  try {
    await ceremony();
  } catch (e) {
    if (e.name !== 'NotAllowedError' && e.name !== 'AbortError') problem.textContent = e.message;
  }
  button.disabled = false;
}

async function options(path) {
  const response = await post(path);
  if (!response.ok) throw new Error(await problemOf(response));
  return response.json();
}

async function signIn(button) {
  const asked = await options('/api/v1/sign-in/passkey/options');
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
  const response = await post('/api/v1/sign-in/passkey', credential.toJSON());
  if (!response.ok) throw new Error(await problemOf(response));
  location.assign(button.dataset.return);
}

async function add() {
  const asked = await options('/api/v1/account/passkeys/options');
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
  const name = document.querySelector('[name=passkey-name]').value;
  const response = await post('/api/v1/account/passkeys', { credential: credential.toJSON(), name });
  if (!response.ok) throw new Error(await problemOf(response));
  location.assign('/account');
}

document.addEventListener('click', e => {
  const button = e.target.closest('[data-passkey-sign-in], [data-passkey-add]');
  if (button) perform(button, () => 'passkeyAdd' in button.dataset ? add() : signIn(button));
  const copy = e.target.closest('[data-copy]');
  if (copy) navigator.clipboard.writeText(document.querySelector(copy.dataset.copy).value);
});

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const part of document.querySelectorAll('[data-passkeys]')) part.hidden = false;
}
