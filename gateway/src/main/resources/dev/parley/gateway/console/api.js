// Calls of the management side. Keys stay in this tab's session storage.
const keys = {
  get admin() { return sessionStorage.getItem('parley-admin-key') || ''; },
  get client() { return sessionStorage.getItem('parley-client-key') || ''; },
};

export function askForKeys() {
  const dialog = document.getElementById('keys');
  const admin = document.getElementById('admin-key');
  const client = document.getElementById('client-key');
  admin.value = keys.admin;
  client.value = keys.client;
  dialog.onclose = () => {
    if (dialog.returnValue !== 'save') return;
    sessionStorage.setItem('parley-admin-key', admin.value.trim());
    sessionStorage.setItem('parley-client-key', client.value.trim());
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  };
  if (!dialog.open) dialog.showModal();
}

function headers(more) {
  const all = {...more};
  if (keys.admin) all.authorization = `Bearer ${keys.admin}`;
  return all;
}

async function checked(response) {
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  if (response.status === 401) askForKeys();
  throw new Error(body?.error?.message || `the gateway answered ${response.status}`);
}

export async function get(path, signal) {
  return (await checked(await fetch(path, {headers: headers(), signal}))).json();
}

export async function post(path, body) {
  const response = await fetch(path, {method: 'POST', headers: headers({'content-type': 'application/json'}), body: JSON.stringify(body)});
  return (await checked(response)).json();
}

/** Calls the client side through the management side; gives the raw response. */
export function tryChat(body, signal) {
  const more = {'content-type': 'application/json'};
  if (keys.client) more['x-client-key'] = keys.client;
  return fetch('/admin/try', {method: 'POST', headers: headers(more), body: JSON.stringify(body), signal});
}

/** Server-sent events of a response: calls on(name, data) for each. */
export async function events(response, on) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    text += value.replaceAll('\r\n', '\n');
    let end;
    while ((end = text.indexOf('\n\n')) >= 0) {
      const frame = text.slice(0, end);
      text = text.slice(end + 2);
      let name = 'message';
      const data = [];
      for (const line of frame.split('\n')) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
      }
      if (data.length) on(name, data.join('\n'));
    }
  }
}

/** Follows a stream and comes back after a break, until the signal ends it. */
export async function follow(path, signal, on, status) {
  let pause = 500;
  while (!signal.aborted) {
    try {
      const response = await checked(await fetch(path, {headers: headers(), signal}));
      status(true);
      pause = 500;
      await events(response, on);
    } catch (broken) {
      if (signal.aborted) return;
    }
    status(false);
    await new Promise((go) => setTimeout(go, pause));
    pause = Math.min(pause * 2, 10_000);
  }
}
