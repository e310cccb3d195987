#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "config/files/load.h"
#include "gateway/audit/checks.h"
#include "gateway/audit/repair.h"
#include "support/memory_file_system.h"

namespace openclaw::gateway::audit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view good_token = "f3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c";
constexpr std::uint32_t us = 1000, somebody = 1001;

// Counts from 2026-11-30 to 2036-11-27.
constexpr std::string_view certificate = R"(-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIUSt6nuf/gtCwVMVmIZI1dbG+fY/owCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTI2MTEzMDIwNTAxMFoXDTM2MTEyNzIw
NTAxMFowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEhaDoEUJfEcWexniqWltGF3ktcBiit4ov/UGTk+dg9o6wmNJQYVVeFKRr
XrBV0foLEV4tJa3vNp4PqoNgBdtxIqNTMFEwHQYDVR0OBBYEFFy+RkU+seuXlzmf
Zay2g7zePQbcMB8GA1UdIwQYMBaAFFy+RkU+seuXlzmfZay2g7zePQbcMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgL/IR7bpsr18WaP0f2BxvXETW
cXQdHeZ+yyEo5oQ4/a0CIQD6KUkKo42oYE8rJB0XhCEQ3yL/Yzivi+hrXzQM/IvH
HQ==
-----END CERTIFICATE-----
)";
constexpr std::string_view fingerprint = "1eeda3511df529531057c481cb8a24998d74ba5ff7d39e7136b349fd67ebb5dc";
constexpr std::string_view weak_certificate = R"(-----BEGIN CERTIFICATE-----
MIIB/DCCAWWgAwIBAgIUYYFANycPakZGX6QSWNbBtG6NmYIwDQYJKoZIhvcNAQEL
BQAwDzENMAsGA1UEAwwEd2VhazAgFw0yNjExMzAyMDUwMTBaGA8yMTI2MTEwNjIw
NTAxMFowDzENMAsGA1UEAwwEd2VhazCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC
gYEA8ZSQ58Sy4mzikSzVOXc3oC5PeaJ1Wp3IcGx0njRbLwrfHssHhn5o5R97Tupk
lZ86ns0Jqsqyp7dLopZAE29JhhLRiLcsDDK1KQObU/DxNGs8ud2VfLpDYgITWsyc
/+Yup3xO1DEO4f3of8anHZrMip8aF8UTEXo8aT9choqmGQ8CAwEAAaNTMFEwHQYD
VR0OBBYEFIBPF3YuiMCSrCv34P6SXyWOQxTTMB8GA1UdIwQYMBaAFIBPF3YuiMCS
rCv34P6SXyWOQxTTMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEA
y5z6DDCbBP4n3eTcDQ/sQ5MMbHzLO1t4uc+XaaBE8VITCqoIUaHc3XmVjos8bIEd
dxnSV/oiz4vxCoNfcLEiaRbml9833XwVmgD4+TMHCMbaHPPrMVn7KkeGDZNM5DPm
XJab9zjuKFh8X4V27qKRzr+DIF5m+88ZVc701rr/s58=
-----END CERTIFICATE-----
)";
constexpr TimePoint in_2030 = std::chrono::sys_days(std::chrono::year(2030) / 1 / 1);

// A state directory, as it is written, and what an audit finds in it.
struct Home {
    explicit Home(std::string config = "{}", std::uint32_t mode = 0600) {
        files.put("/home/u/.openclaw/openclaw.json", std::move(config), mode);
        put("credentials/gateway-token", std::string(good_token));
        for (const auto* folder : {"", "credentials", "agents", "agents/main", "agents/main/agent"})
            EXPECT_TRUE(files.make_folder(state / folder, 0700));
        for (const auto* folder : {"", "credentials"}) EXPECT_TRUE(files.set_mode(state / folder, 0700));
    }
    Home& put(const std::string& name, std::string text = "{}", std::uint32_t mode = 0600,
              std::uint32_t owner = us) {
        files.put(state / name, std::move(text), mode, owner);
        return *this;
    }
    Home& running(Live look) {
        live = std::move(look);
        return *this;
    }
    std::vector<Finding> findings() {
        const auto paths = *config::resolve_paths(files, variables, "/");
        const auto config = config::load_config({.files = files, .variables = variables, .paths = paths});
        const config::AccessRules access{files, us, [](auto, auto) { return true; }, paths};
        const auto endpoint = resolve_endpoint(*config, {});
        const auto secret = access::resolve_gateway_secret(*config, files, {});
        return findings_of({.files = files,
                            .config = *config,
                            .access = access,
                            .endpoint = endpoint,
                            .secret = secret,
                            .now = now,
                            .own_authority = [](const auto&) { return std::nullopt; },
                            .check_own_certificate = check_own_certificate,
                            .seals = seals,
                            .secrets = secrets,
                            .live = live ? &*live : nullptr});
    }
    std::set<std::string> ids() {
        std::set<std::string> ids;
        for (const auto& finding : findings()) ids.insert(std::string(finding.check));
        return ids;
    }

    test::MemoryFileSystem files;
    platform::Path state = "/home/u/.openclaw";
    platform::Variables variables{{"HOME", Secret("/home/u")}};
    std::optional<Live> live;
    std::function<Result<void>()> check_own_certificate;
    std::optional<bool> seals = true;
    std::vector<auth::sealed::Count> secrets;
    TimePoint now = in_2030;
};

std::string with_tls(std::string_view more = "") {
    return fmt::format("{{gateway: {{tls: {{enabled: true, certPath: '/c.pem', keyPath: '/k.pem'}}, {}}}}}",
                       more);
}

Home tls_home(std::string_view pem, TimePoint now = in_2030, std::uint32_t key_mode = 0600) {
    Home home(with_tls());
    home.files.put("/c.pem", std::string(pem));
    home.files.put("/k.pem", "key", key_mode);
    home.now = now;
    return home;
}

Live answering() {
    Live live;
    live.url = "ws://127.0.0.1:18789";
    live.without_proof = live.with_wrong_proof = Door::refused;
    live.trusted = {us, 0};
    live.sockets = {{.own = {"127.0.0.1", 18789}, .peer = {}, .listens = true, .number = 1, .user = us}};
    return live;
}

net::TlsLook shows(std::string print) {
    net::TlsLook look;
    look.version = "TLSv1.3";
    look.certificate.fingerprint = std::move(print);
    return look;
}

template <class Change>
Home running(Change change, std::string config = "{}") {
    Home home(std::move(config));
    auto live = answering();
    change(live);
    home.running(std::move(live));
    return home;
}

struct Case {
    std::string check;
    Home home;
};

// A home for each check, in which it finds something.
std::vector<Case> one_case_for_each() {
    const auto origins = [](std::string_view list) {
        return fmt::format("{{gateway: {{controlUi: {{allowedOrigins: [{}]}}}}}}", list);
    };
    const auto proxies = [](std::string_view list) {
        return fmt::format("{{gateway: {{trustedProxies: [{}]}}}}", list);
    };
    std::vector<Case> cases;
    const auto add = [&](std::string check, Home home) {
        cases.push_back({std::move(check), std::move(home)});
    };
    add("gateway.bind_no_auth", Home("{gateway: {bind: 'lan', auth: {mode: 'none'}}}"));
    add("gateway.loopback_no_auth", Home("{gateway: {auth: {mode: 'none'}}}"));
    add("gateway.auth_unusable", Home("{gateway: {auth: {mode: 'telepathy'}}}"));
    add("gateway.secret_guessable", Home("{gateway: {auth: {token: 'hunter2'}}}"));
    add("gateway.token_too_short", Home("{gateway: {auth: {token: 'k7Qx9vLm2Rt4Wz8N'}}}"));
    add("gateway.rate_limit_lenient", Home("{gateway: {auth: {mode: 'password', password: "
                                           "'k7Qx9vLm2Rt4Wz8N', rateLimit: {maxAttempts: 500}}}}"));
    add("config.secrets.gateway_password_in_config", [] {
        Home home("{gateway: {auth: {mode: 'password', password: 'k7Qx9vLm2Rt4Wz8N'}}}");
        home.seals = false;
        return home;
    }());
    add("config.secrets.gateway_token_in_config", [] {
        Home home(fmt::format("{{gateway: {{auth: {{token: '{}'}}}}}}", good_token));
        home.seals = false;
        return home;
    }());
    add("gateway.bind_without_tls", Home("{gateway: {bind: 'lan'}}"));
    add("gateway.remote_without_tls",
        Home("{gateway: {mode: 'remote', remote: {url: 'ws://gw.example:1', token: 'abc'}}}"));
    add("models.provider_without_tls",
        Home("{models: {providers: {corp: {baseUrl: 'http://a.example', models: []}}}}"));
    add("proxy.trouble", [] {
        Home home;
        home.variables["ALL_PROXY"] = Secret("socks4://p");
        return home;
    }());
    add("gateway.trusted_proxies_wide", Home(proxies("'0.0.0.0/0'")));
    add("gateway.trusted_proxies_unread", Home(proxies("'proxy.local'")));
    add("gateway.trusted_proxies_missing", Home(origins("'https://app.example.com'")));
    add("gateway.control_ui.origin_without_tls", Home(origins("'http://app.example.com'")));
    add("gateway.control_ui.origin_unread", Home(origins("'*'")));
    add("gateway.tailscale_funnel", Home("{gateway: {tailscale: {mode: 'funnel'}}}"));
    add("gateway.tailscale_serve", Home("{gateway: {tailscale: {mode: 'serve'}}}"));
    add("gateway.tls.certificate_unusable", tls_home("no certificate"));
    add("gateway.tls.certificate_ended",
        tls_home(certificate, std::chrono::sys_days(std::chrono::year(2037) / 1 / 1)));
    add("gateway.tls.certificate_ends_soon",
        tls_home(certificate, std::chrono::sys_days(std::chrono::year(2036) / 11 / 1)));
    add("gateway.tls.certificate_early",
        tls_home(certificate, std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)));
    add("gateway.tls.certificate_weak", tls_home(weak_certificate));
    add("config.invalid", Home("{gateway: {port: 'eighteen'}}"));
    const auto state_mode = [](std::uint32_t mode) {
        Home home;
        EXPECT_TRUE(home.files.set_mode(home.state, mode));
        return home;
    };
    add("fs.state_dir.perms_world_writable", state_mode(0777));
    add("fs.state_dir.perms_group_writable", state_mode(0770));
    add("fs.state_dir.perms_readable", state_mode(0755));
    add("fs.state_dir.symlink", [] {
        Home home;
        home.files.put_link("/home/u/elsewhere", home.state);
        home.variables["OPENCLAW_STATE_DIR"] = Secret("/home/u/elsewhere");
        return home;
    }());
    add("fs.synced_dir", [] {
        Home home;
        home.variables["OPENCLAW_STATE_DIR"] = Secret("/home/u/Dropbox/claw");
        return home;
    }());
    add("fs.owner", Home().put("agents/main/agent/auth-profiles.json", "{}", 0600, somebody));
    add("fs.config.perms_writable", Home("{}", 0620));
    add("fs.config.perms_world_readable", Home("{}", 0604));
    add("fs.config.perms_group_readable", Home("{}", 0640));
    add("fs.config.symlink", [] {
        Home home;
        home.files.put("/home/u/dotfiles/openclaw.json", "{}");
        EXPECT_TRUE(home.files.remove(home.state / "openclaw.json"));
        home.files.put_link(home.state / "openclaw.json", "/home/u/dotfiles/openclaw.json");
        return home;
    }());
    const auto included = [](std::uint32_t mode) {
        return Home("{$include: './more.json'}").put("more.json", "{}", mode);
    };
    add("fs.config_include.perms_writable", included(0620));
    add("fs.config_include.perms_world_readable", included(0604));
    add("fs.config_include.perms_group_readable", included(0640));
    add("fs.config_backup.perms_readable", Home().put("openclaw.json.bak.2", "{}", 0644));
    add("fs.env_file.perms_writable", Home().put(".env", "A=b\n", 0660));
    add("fs.env_file.perms_readable", Home().put(".env", "A=b\n", 0640));
    const auto credentials_mode = [](std::uint32_t mode) {
        Home home;
        EXPECT_TRUE(home.files.set_mode(home.state / "credentials", mode));
        return home;
    };
    add("fs.credentials_dir.perms_writable", credentials_mode(0770));
    add("fs.credentials_dir.perms_readable", credentials_mode(0750));
    add("fs.gateway_token.perms_readable",
        Home().put("credentials/gateway-token", std::string(good_token), 0640));
    add("fs.auth_profiles.perms_writable", Home().put("agents/main/agent/auth-profiles.json", "{}", 0660));
    add("fs.auth_profiles.perms_readable", Home().put("agents/main/agent/auth-profiles.json", "{}", 0644));
    add("fs.sessions_store.perms_readable", Home().put("agents/main/sessions/a.jsonl", "", 0644));
    add("fs.log_file.perms_readable", Home().put("logs/openclaw-2030-01-01.log", "", 0644));
    add("fs.tls_key.perms_readable", tls_home(certificate, in_2030, 0640));
    add("fs.tls_key.perms_writable", tls_home(certificate, in_2030, 0620));
    add("fs.authority.perms_readable", Home().put("gateway/authority/client-root.key", "", 0640));
    add("fs.authority.perms_writable", Home().put("gateway/authority/ledger.json", "{}", 0602));
    add("fs.named_keys.perms_writable", Home().put("gateway/gateway.sqlite", "", 0602));
    add("secrets.plain_beside_sealed", [] {
        Home home;
        home.secrets = {
            {.file = home.state / "openclaw.json", .sealed = 2, .plain = 1, .unopened = {}, .problem = {}}};
        return home;
    }());
    add("secrets.unsealed", [] {
        Home home;
        home.seals = false;
        home.secrets = {
            {.file = home.state / "openclaw.json", .sealed = 0, .plain = 1, .unopened = {}, .problem = {}}};
        return home;
    }());
    add("gateway.live_open", running([](Live& live) { live.without_proof = Door::let_in; }));
    add("gateway.live_wrong_proof", running([](Live& live) { live.with_wrong_proof = Door::let_in; }));
    add("gateway.live_listens_wider", running([](Live& live) { live.sockets[0].own.address = "0.0.0.0"; }));
    add("gateway.live_foreign_listener", running([](Live& live) { live.sockets[0].user = somebody; }));
    add("gateway.live_transport", running([](Live& live) { live.tls = net::TlsLook{}; }));
    add("gateway.live_certificate", [] {
        auto home = tls_home(certificate);
        auto live = answering();
        live.tls = shows("00");
        home.running(std::move(live));
        return home;
    }());
    add("gateway.live_config",
        running([](Live& live) { live.in_use = {{"needsRestart", {"gateway.bind"}}}; }));
    add("gateway.probe_failed", running([](Live& live) { live.problem = "connection refused"; }));
    add("gateway.live", running([](Live&) {}));
    add("summary.attack_surface", Home());
    return cases;
}

std::string detail_of(Home& home, std::string_view check) {
    for (const auto& finding : home.findings())
        if (finding.check == check) return finding.seen.detail + "; " + finding.seen.remediation;
    return "";
}

TEST(Audit, NamesEachLockThatTheGatewayDoesNotStartWithOrThatLetsNobodyIn) {
    const std::string tls = "tls: {enabled: true, certPath: '/c.pem', keyPath: '/k.pem'";
    for (const auto& [gateway, words] : std::vector<std::pair<std::string, std::string>>{
             {"auth: {mode: 'password'}", "password, and none is set"},
             {"auth: {mode: 'mtls'}", "TLS is off"},
             {"auth: {mode: 'mtls'}, " + tls + "}", "nobody's certificate counts"},
             {tls + ", clientPins: ['zz']}", "no SHA-256"},
             {tls + ", clientScopes: ['everything']}", "there is no scope"},
             {tls + ", clientCa: '/nowhere.pem'}", "/nowhere.pem"},
             {tls + ", clientCa: '/k.pem'}", "not everything in it is a certificate"}}) {
        Home home(fmt::format("{{gateway: {{{}}}}}", gateway));
        home.files.put("/c.pem", std::string(certificate));
        home.files.put("/k.pem", "key");
        EXPECT_THAT(detail_of(home, "gateway.auth_unusable"), HasSubstr(words)) << gateway;
    }
    Home fine(fmt::format("{{gateway: {{{}}}}}}}", tls));
    fine.files.put("/c.pem", std::string(certificate));
    fine.files.put("/k.pem", "key");
    EXPECT_EQ(detail_of(fine, "gateway.auth_unusable"), "");
}

TEST(Audit, NamesAnOwnCertificateThatCannotBeMadeFit) {
    Home home("{gateway: {tls: {enabled: true}}}");
    EXPECT_EQ(detail_of(home, "gateway.auth_unusable"), "") << "the first start makes it";
    home.check_own_certificate = [] { return fail(Code::corrupt, "server.key is damaged"); };
    EXPECT_THAT(detail_of(home, "gateway.auth_unusable"), HasSubstr("server.key is damaged"));
}

TEST(SecurityAudit, HasForEachCheckAStateInWhichItFindsSomething) {
    std::set<std::string> tried;
    for (auto& [check, home] : one_case_for_each()) {
        EXPECT_THAT(home.ids(), Contains(check));
        tried.insert(check);
    }
    for (const auto& check : all_checks()) EXPECT_THAT(tried, Contains(std::string(check.id)));
}

TEST(SecurityAudit, FindsNothingToDoWhereAllIsWell) {
    Home home;
    home.put("agents/main/agent/auth-profiles.json")
        .put("logs/openclaw-2030-01-01.log")
        .put("openclaw.json.bak");
    EXPECT_EQ(home.ids(), std::set<std::string>{"summary.attack_surface"});
    auto tls = tls_home(certificate);
    EXPECT_EQ(tls.ids(), std::set<std::string>{"summary.attack_surface"});
    auto live = answering();
    live.tls = shows(std::string(fingerprint));
    tls.running(std::move(live));
    EXPECT_EQ(tls.ids(), (std::set<std::string>{"gateway.live", "summary.attack_surface"}));
}

TEST(SecurityAudit, LooksAtTheCertificatesThatTheGatewayHasMade) {
    for (const auto* name : {"server.crt", "server-root.crt", "client-root.crt"}) {
        Home home;
        home.put(std::string("gateway/authority/") + name, std::string(certificate));
        ASSERT_TRUE(home.files.set_mode(home.state / "gateway/authority", 0700));
        EXPECT_EQ(home.ids(), std::set<std::string>{"summary.attack_surface"}) << name;
        home.now = std::chrono::sys_days(std::chrono::year(2037) / 1 / 1);
        EXPECT_THAT(home.ids(), Contains("gateway.tls.certificate_ended")) << name;
    }
}

TEST(SecurityAudit, SaysTheWorstFirstAndWhatToDoAboutAllButInformation) {
    for (auto& [check, home] : one_case_for_each()) {
        auto last = Severity::critical;
        for (const auto& finding : home.findings()) {
            EXPECT_GE(finding.severity, last) << check;
            last = finding.severity;
            EXPECT_FALSE(finding.seen.detail.empty()) << finding.check;
            if (finding.severity != Severity::info)
                EXPECT_FALSE(finding.seen.remediation.empty()) << finding.check;
        }
    }
}

TEST(SecurityAudit, TellsNoSecret) {
    for (const std::string config :
         {"{gateway: {auth: {token: 'canary7'}}}", "{gateway: {auth: {password: 'canary7'}}}",
          "{gateway: {mode: 'remote', remote: {url: 'ws://gw.example/?token=canary7', token: 'canary7'}}}"})
        for (const auto& finding : Home(config).findings()) {
            EXPECT_THAT(finding.seen.detail, Not(HasSubstr("canary7"))) << finding.check;
            EXPECT_THAT(finding.seen.remediation, Not(HasSubstr("canary7"))) << finding.check;
        }
}

TEST(SecurityAudit, LetsAGroupOfOneReadAndWrite) {
    Home home("{}", 0660);
    const auto paths = *config::resolve_paths(home.files, home.variables, "/");
    const config::AccessRules alone{home.files, us, [](auto, auto) { return false; }, paths};
    const auto facts = config::access_facts(alone, home.state / "openclaw.json");
    ASSERT_TRUE(facts);
    EXPECT_FALSE(facts->group_writes);
}

std::uint32_t mode_of(Home& home, const std::string& name) {
    return home.files.info(home.state / name)->mode;
}

TEST(SecurityRepair, TakesPermissionsFromOthersAndNothingElse) {
    Home home("{gateway: {auth: {token: 'hunter2'}}}", 0644);
    home.put("agents/main/agent/auth-profiles.json", "{}", 0666)
        .put("gateway/authority/client-root.key", "", 0640);
    ASSERT_TRUE(home.files.set_mode(home.state, 0777));
    const auto before = home.files.text_of(home.state / "openclaw.json");
    for (const auto& action : repair(home.files, home.findings(), false)) EXPECT_TRUE(action.done);
    EXPECT_EQ(mode_of(home, ""), 0700U);
    EXPECT_EQ(mode_of(home, "openclaw.json"), 0600U);
    EXPECT_EQ(mode_of(home, "agents/main/agent/auth-profiles.json"), 0600U);
    EXPECT_EQ(mode_of(home, "gateway/authority/client-root.key"), 0600U);
    EXPECT_EQ(home.files.text_of(home.state / "openclaw.json"), before);
    EXPECT_THAT(repair(home.files, home.findings(), false), IsEmpty());
    EXPECT_THAT(home.ids(), Contains("gateway.secret_guessable"));
}

TEST(SecurityRepair, ChangesNothingWhenItOnlySaysWhatItWouldDo) {
    Home home("{}", 0644);
    const auto actions = repair(home.files, home.findings(), true);
    ASSERT_EQ(actions.size(), 1U);
    EXPECT_FALSE(actions[0].done);
    EXPECT_EQ(mode_of(home, "openclaw.json"), 0644U);
}

TEST(SecurityRepair, LeavesLinksAndWhatBelongsToOthersAlone) {
    Home home;
    home.put("agents/main/agent/auth-profiles.json", "{}", 0666, somebody);
    home.files.put("/home/u/dotfiles/openclaw.json", "{}", 0666);
    ASSERT_TRUE(home.files.remove(home.state / "openclaw.json"));
    home.files.put_link(home.state / "openclaw.json", "/home/u/dotfiles/openclaw.json");
    EXPECT_THAT(home.ids(), Contains("fs.config.perms_writable"));
    EXPECT_THAT(home.ids(), Contains("fs.auth_profiles.perms_writable"));
    EXPECT_THAT(repair(home.files, home.findings(), false), IsEmpty());
    EXPECT_EQ(home.files.info("/home/u/dotfiles/openclaw.json")->mode, 0666U);
}

TEST(SecurityAudit, MendsEveryFileOfAFullFolderAndTellsSome) {
    Home home;
    for (int i = 0; i < 50; ++i) home.put(fmt::format("agents/main/sessions/{}.jsonl", i), "", 0644);
    std::size_t told = 0;
    for (const auto& finding : home.findings())
        told += finding.check == "fs.sessions_store.perms_readable" ? 1 : 0;
    EXPECT_EQ(told, 20U);
    EXPECT_EQ(repair(home.files, home.findings(), false).size(), 50U);
    EXPECT_THAT(home.ids(), Not(Contains("fs.sessions_store.perms_readable")));
}

TEST(SecurityAudit, IsExplainedCheckByCheckInThePage) {
    std::ostringstream text;
    text << std::ifstream(OPENCLAW_SOURCE_FOLDER "/docs/security-audit.md").rdbuf();
    EXPECT_TRUE(text.str() == security_audit_page())
        << "openclaw __reference security-audit > docs/security-audit.md";
}

TEST(SecurityAudit, SaysNothingOfSealingWhereThereIsNothingToSeal) {
    Home home;
    home.seals = false;
    EXPECT_THAT(home.ids(), Not(Contains("secrets.unsealed")));
}

TEST(SecurityAudit, SaysOfAnOpenLockWhatItMeansAndNoMore) {
    auto home = running([](Live& live) { live.without_proof = live.with_wrong_proof = Door::let_in; },
                        "{gateway: {auth: {mode: 'none'}}}");
    const auto ids = home.ids();
    EXPECT_THAT(ids, Contains("gateway.loopback_no_auth"));
    EXPECT_THAT(ids, Not(Contains("gateway.secret_guessable"))) << "there is none to guess";
    EXPECT_THAT(ids, Not(Contains("gateway.live_open"))) << "as it is written, which was said";
    EXPECT_THAT(ids, Not(Contains("gateway.live_wrong_proof")));
    for (const auto& finding : home.findings())
        if (finding.check == "summary.attack_surface")
            EXPECT_THAT(finding.seen.detail, HasSubstr("open to all: everything"));
}

TEST(SecurityAudit, SaysThatAGatewayThatMovesAtItsNextStartListensElsewhere) {
    auto home = running([](Live& live) {
        live.problem = "connection refused";
        live.in_use = {{"needsRestart", {"gateway.port"}}};
    });
    EXPECT_THAT(home.ids(), Contains("gateway.live_config"));
    for (const auto& finding : home.findings())
        if (finding.check == "gateway.probe_failed")
            EXPECT_THAT(finding.seen.detail, HasSubstr("listens elsewhere until it is restarted"));
}

}  // namespace
}  // namespace openclaw::gateway::audit
