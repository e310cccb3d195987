#include "gateway/http/enrol_page.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <string_view>

#include "base/digest.h"

namespace openclaw::gateway {

namespace {

constexpr std::string_view style = R"(
body{font:18px/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
button{font:inherit;padding:.6rem 1.2rem}
.words{font-size:1.6rem;font-weight:bold}
@media(prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#8bf}}
)";

constexpr std::string_view script = R"(
'use strict';
const code = decodeURIComponent(location.hash.slice(1));
history.replaceState(null, '', location.pathname);
const show = (id) => {
  for (const each of document.querySelectorAll('section')) each.hidden = each.id !== id;
};
const post = async (path, bearer) => {
  const answer = await fetch(path, {method: 'POST', headers: {Authorization: 'Bearer ' + bearer},
                                    cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer'});
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
};
const wait = async (ticket) => {
  const {step} = await post('/enrol/wait', ticket);
  if (step === 'opened') return setTimeout(() => wait(ticket).catch(() => show('ended')), 1500);
  show(step === 'confirmed' ? 'ready' : 'ended');
};
document.getElementById('open').addEventListener('click', async () => {
  try {
    const {name, words, ticket} = await post('/enrol/open', code);
    document.getElementById('words').textContent = words;
    document.getElementById('name').textContent = name;
    document.getElementById('ticket').value = ticket;
    show('compare');
    await wait(ticket);
  } catch {
    show('ended');
  }
});
document.getElementById('file').addEventListener('submit', () => setTimeout(() => show('done'), 500));
show(code ? 'start' : 'ended');
)";

constexpr std::string_view content = R"(
<h1>OpenClaw</h1>
<section id="start" hidden>
<p>Somebody at the gateway has invited this device. It gets a certificate of its own.</p>
<p><button id="open">Go on</button></p>
</section>
<section id="compare" hidden>
<p>Does the gateway's terminal show these words?</p>
<p class="words" id="words"></p>
<p>If so, answer <b>y</b> there. This page goes on by itself.</p>
</section>
<section id="ready" hidden>
<p>So that this device no longer warns of the gateway, first fetch and install its
<a href="/enrol/server-root.crt" download="gateway-authority.crt">authority</a>.</p>
<p>The certificate of <b id="name"></b> is ready. It can be fetched once; the terminal shows its password.</p>
<form id="file" method="post" action="/enrol/file"><input type="hidden" name="ticket" id="ticket">
<button>Fetch the certificate</button></form>
</section>
<section id="done" hidden>
<p>Open the file, and give the password that the terminal shows.</p>
<p>iPhone and iPad: Settings, Profile Downloaded, Install. Android: Settings, Security, Install from storage,
VPN and app certificate.</p>
</section>
<section id="ended" hidden>
<p>This link opens nothing: it was used, has ended, or is cut. Ask for a new one at the gateway.</p>
</section>
<noscript><p>This page needs JavaScript.</p></noscript>
)";

std::string source_hash(std::string_view text) {
    const auto hash = sha256(text);
    std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)>
        base64{};
    sodium_bin2base64(base64.data(), base64.size(), reinterpret_cast<const unsigned char*>(hash.data()),
                      hash.size(), sodium_base64_VARIANT_ORIGINAL);
    return fmt::format("'sha256-{}'", base64.data());
}

std::string page_text() {
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>OpenClaw</title>\n"
        "<style>{}</style></head><body>{}<script>{}</script></body></html>\n",
        style, content, script);
}

}  // namespace

net::Response enrolment_page() {
    net::Response page{.status = 200, .headers = {}, .body = page_text()};
    page.headers.add("Content-Type", "text/html; charset=utf-8");
    page.headers.add("Content-Security-Policy",
                     fmt::format("default-src 'none'; script-src {}; style-src {}; connect-src 'self'; "
                                 "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                                 source_hash(script), source_hash(style)));
    page.headers.add("Cache-Control", "no-store");
    page.headers.add("Referrer-Policy", "no-referrer");
    page.headers.add("X-Content-Type-Options", "nosniff");
    page.headers.add("X-Frame-Options", "DENY");
    return page;
}

}  // namespace openclaw::gateway
