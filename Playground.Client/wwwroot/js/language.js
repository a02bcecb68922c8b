// The visitor's choice of language, kept in the cookie that the server reads. The page comes again in it.
document.addEventListener('click', e => {
  const code = e.target.closest('[data-language]')?.dataset.language;
  if (!code || code === document.documentElement.lang) return;
  const culture = encodeURIComponent(`c=${code}|uic=${code}`);
  document.cookie = `language=${culture}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
});
