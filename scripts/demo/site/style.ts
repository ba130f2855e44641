/** The demo shop's style sheet. */
export const siteStyle = `:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1c2321;--soft:#5c6763;--teal:#0b6b63;--line:#e2ddd0}
@media(prefers-color-scheme:dark){:root{--paper:#151a19;--ink:#e8ece9;--soft:#a3aeaa;--teal:#5cc4b8;--line:#2c3533}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 Georgia,"Noto Serif","Noto Serif CJK SC",serif}
header,footer{display:flex;flex-wrap:wrap;justify-content:space-between;gap:12px;padding:20px 5vw;font-family:system-ui,"Noto Sans",sans-serif}
.brand{font:700 22px Georgia,serif;color:inherit;text-decoration:none}nav{display:flex;gap:16px;align-items:center}a{color:var(--teal)}
main{padding:0 5vw 64px}.hero{display:grid;grid-template-columns:1.2fr 1fr;gap:32px;align-items:center;margin:16px 0 40px}.hero h1{font-size:clamp(2rem,5vw,3.4rem);line-height:1.1;margin:0 0 12px}.hero svg{border-radius:16px;width:100%;max-height:340px}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:20px}.card{display:flex;flex-direction:column;color:inherit;text-decoration:none;font-size:16px}.card svg{border-radius:12px}.card span{color:var(--soft)}
.items .grid{max-width:720px}.try{margin-top:48px;padding:24px;border:1px solid var(--line);border-radius:16px;overflow-x:auto;font-family:system-ui,"Noto Sans",sans-serif}table{border-collapse:collapse}td,th{padding:6px 20px 6px 0;text-align:start;font-variant-numeric:tabular-nums}
select{min-height:44px;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:0 8px}.hidden{position:absolute;clip-path:inset(50%)}
button{min-height:44px;padding:0 16px;border-radius:22px;border:1px solid var(--teal);background:none;color:var(--teal);font:inherit;cursor:pointer}button:disabled{opacity:.5;cursor:default}
.product{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:40px;align-items:start}.product svg{border-radius:16px}.price{font-size:1.4rem}.crumb,footer{color:var(--soft);font-size:15px}
@media(max-width:640px){.hero{grid-template-columns:1fr}}
a:focus-visible,button:focus-visible,select:focus-visible{outline:2px solid var(--teal);outline-offset:3px}`;
