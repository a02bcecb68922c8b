// A moment in the browser's own time zone, which the server does not know. What the server wrote, in UTC, stays underneath: it is what is
// read without scripts, and what Blazor compares with.
const two = number => String(number).padStart(2, '0');

const day = time => `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;

const forms = {
  day: time => time.toLocaleDateString(document.documentElement.lang || undefined),
  minute: time => `${day(time)} ${two(time.getHours())}:${two(time.getMinutes())}`,
};

customElements.define('local-time', class extends HTMLElement {
  static observedAttributes = ['datetime', 'data-form'];

  connectedCallback() {
    this.#show();
  }

  attributeChangedCallback() {
    this.#show();
  }

  #show() {
    const time = new Date(this.getAttribute('datetime'));
    if (Number.isNaN(time.getTime())) return;
    (this.shadowRoot ?? this.attachShadow({ mode: 'open' })).textContent = (forms[this.dataset.form] ?? forms.minute)(time);
  }
});
