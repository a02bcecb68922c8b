// On a first visit the theme is what the visitor's system prefers; from then on the cookie that the switch writes decides.
// The page came light, before the server knew: where dark is preferred, and cookies are kept, it is asked for again.
const chosen = () => document.cookie.split('; ').some(c => c.startsWith('theme='));
if (!chosen()) {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.cookie = `theme=${dark ? 'material-dark' : 'material'}; path=/; max-age=31536000; samesite=lax`;
  if (dark && chosen()) location.reload();
}
