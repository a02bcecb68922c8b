// Chooses the theme before anything is painted: the visitor's own choice, kept in a cookie, or else the system's. It then follows both.
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => document.cookie.split('; ').find(c => /^theme=(light|dark)$/.test(c))?.slice(6);
  const apply = () => { root.dataset.theme = chosen() ?? (dark.matches ? 'dark' : 'light'); };
  apply();
  dark.addEventListener('change', apply);
  document.addEventListener('click', e => {
    if (!e.target.closest('[data-theme-switch]')) return;
    document.cookie = `theme=${root.dataset.theme === 'dark' ? 'light' : 'dark'}; path=/; max-age=31536000; samesite=lax`;
    apply();
  });
})();
