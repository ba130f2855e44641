/** The style sheet of the help pages, served as a file of its own so that the policy needs no inline style. */
export const helpStyle = `:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1c2321;--soft:#55605c;--teal:#0b6b63;--on:#fff;--line:#dfe3df;--mark:#f6e2a8}
@media(prefers-color-scheme:dark){:root{--paper:#151a19;--card:#1c2322;--ink:#e8ece9;--soft:#a3aeaa;--teal:#5cc4b8;--on:#10211f;--line:#2c3533;--mark:#5a4a12}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 system-ui,"Noto Sans","Noto Sans CJK SC","Noto Sans Arabic",sans-serif;overflow-wrap:anywhere}
:lang(ja){font-family:system-ui,"Noto Sans CJK JP",sans-serif}:lang(ko){font-family:system-ui,"Noto Sans CJK KR",sans-serif;word-break:keep-all}
a{color:var(--teal)}h1{font-size:clamp(1.5rem,4vw,2rem);line-height:1.25;margin:0 0 16px}h2{font-size:1.15rem;line-height:1.35;margin:0 0 8px}h3{font-size:1rem;margin:24px 0 8px}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible{outline:2px solid var(--teal);outline-offset:2px}
.hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
.skip{position:absolute;inset-inline-start:16px;top:-80px;padding:12px 16px;background:var(--card);z-index:2}.skip:focus{top:8px}
header{display:flex;gap:16px;align-items:center;justify-content:space-between;padding:8px 24px;border-bottom:1px solid var(--line)}
.brand{font-weight:700;color:inherit;text-decoration:none;padding:8px 0}
details{position:relative}summary{cursor:pointer;padding:8px 12px;min-height:44px;border-radius:8px;list-style-position:inside}
details ul{position:absolute;inset-inline-end:0;z-index:1;margin:0;padding:8px;list-style:none;background:var(--card);border:1px solid var(--line);border-radius:8px;min-width:10rem;max-height:70vh;overflow:auto}
details li>*{display:block;padding:8px 12px;color:inherit;text-decoration:none;border-radius:6px}details a:hover{background:var(--paper)}details [aria-current]{font-weight:600;color:var(--teal)}
main{max-width:60rem;margin:0 auto;padding:32px 24px 64px}search{display:block;margin:0 0 32px}
form{display:flex;flex-wrap:wrap;gap:8px}input,select{flex:1 1 16rem;min-width:0;min-height:48px;padding:0 16px;font:inherit;color:inherit;background:var(--card);border:1px solid #7c8783;border-radius:8px}select{flex:0 1 12rem}
button,.button{display:inline-flex;align-items:center;justify-content:center;min-height:48px;padding:0 24px;font:inherit;font-weight:600;color:var(--on);background:var(--teal);border:0;border-radius:8px;cursor:pointer;text-decoration:none}
.policy{margin:0 0 32px;padding:24px;background:var(--card);border:1px solid var(--line);border-inline-start:4px solid var(--teal);border-radius:8px}.policy p,.policy ul{margin:0 0 8px;max-width:44rem}
.topics{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:32px}
.articles,.results{list-style:none;margin:0;padding:0}.articles li{border-bottom:1px solid var(--line)}.articles a{display:inline-block;padding:10px 0}
small,.soft{color:var(--soft);font-size:.88rem}.results li{padding:12px 0;border-bottom:1px solid var(--line)}.results a{font-weight:600}.results p{margin:4px 0 0}
mark{background:var(--mark);color:inherit;border-radius:3px;padding:0 1px}
.crumbs ol{display:flex;flex-wrap:wrap;gap:8px;list-style:none;margin:0 0 16px;padding:0;font-size:.94rem;color:var(--soft)}.crumbs li+li::before{content:"/";margin-inline-end:8px}
article{max-width:44rem}article h2{margin-top:32px}article li{margin:4px 0}article p,article li{white-space:pre-line}.contents{padding:16px 24px;background:var(--card);border:1px solid var(--line);border-radius:8px}.contents h2{margin:0 0 8px;font-size:1rem}.contents ol{margin:0;padding-inline-start:20px}
.related{margin-top:40px;max-width:44rem}.ask{display:flex;flex-wrap:wrap;gap:16px;align-items:center;justify-content:space-between;margin-top:48px;padding:16px 24px;background:var(--card);border:1px solid var(--line);border-radius:8px}.ask p{margin:0}
@media(max-width:640px){header{padding:8px 16px}main{padding:24px 16px 48px}form button{flex:1 1 100%}}
@media print{header,search,.ask,.related,.crumbs,.contents,.skip{display:none}body{background:#fff;color:#000;font-size:11pt}main{padding:0;max-width:none}article a[href^="http"]::after{content:" (" attr(href) ")"}}`;
