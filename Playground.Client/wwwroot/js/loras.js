// Sends LoRA files to the server, one after the other.
import { listen } from './files.js';

let page, unlisten;

export function attach(dropZone, fileInput, dotnet) {
  page = dotnet;
  unlisten = listen(dropZone, [fileInput], send, problem => page?.invokeMethodAsync('OnEnd', problem));
  dropZone.dataset.ready = '';
}

export function detach() {
  page = null;
  unlisten?.();
}

async function send(files) {
  for (const { file } of files) {
    // A name that the server takes; it finds another where that one is in use.
    const name = file.name.replace(/\.safetensors$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[^\p{L}\p{N}]+|[.-]+$/gu, '')
      .slice(0, 64) || 'lora';
    try {
      const answer = await fetch(`/api/v1/loras/${encodeURIComponent(name)}`, {
        method: 'PUT', body: file, headers: { 'Content-Type': 'application/octet-stream', 'X-Requested-With': 'fetch' },
      });
      page?.invokeMethodAsync('OnEnd', answer.ok ? null : await sentence(answer));
    } catch {
      page?.invokeMethodAsync('OnEnd', '');
    }
  }
}

async function sentence(answer) {
  try {
    const { detail, errors } = await answer.json();
    return Object.values(errors ?? {})[0]?.[0] ?? detail ?? '';
  } catch {
    return '';
  }
}
