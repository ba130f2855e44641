/** The style sheet of the help pages, served as a file of its own so that the policy needs no inline style. */
export const helpStyle = `:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1c2321;--teal:#0b6b63;--line:#dfe3df}
@media(prefers-color-scheme:dark){:root{--paper:#151a19;--ink:#e8ece9;--teal:#5cc4b8;--line:#2c3533}}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 system-ui,"Noto Sans","Noto Sans CJK SC","Noto Sans Arabic",sans-serif}
header{display:flex;flex-wrap:wrap;gap:16px;justify-content:space-between;padding:16px 24px;border-bottom:1px solid var(--line)}
.brand{font-weight:700;color:inherit;text-decoration:none}nav{display:flex;flex-wrap:wrap;gap:12px}
main{max-width:42rem;margin:0 auto;padding:24px}a{color:var(--teal)}h1{font-size:1.7rem;line-height:1.25}
.articles{list-style:none;padding:0}.articles a{display:block;padding:12px 0;border-bottom:1px solid var(--line)}
a:focus-visible{outline:2px solid var(--teal);outline-offset:2px}`;
