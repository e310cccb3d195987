// Changing the config over the wire: what is written, what is refused, and what nobody gets to see.
#include <gmock/gmock.h>

#include "base/text.h"
#include "gateway/ws/config_changes.h"
#include "support/faulty_file_system.h"
#include "unit/gateway/gateway_world.h"

namespace openclaw::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view lab_key = "sk-lab-made-up-0123456789";

constexpr std::string_view config_text = R"({
  // the lock
  gateway: { auth: { token: "test-token-0123456789abcdef" }, customBindHost: "${LAB_HOST}" },
  agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5" } } },
  models: { providers: { lab: { baseUrl: "http://127.0.0.1:9/v1", apiKey: "sk-lab-made-up-0123456789", models: [] } } },
  messages: { responsePrefix: "hi" }, // greets
}
)";

// A gateway with a config that a person wrote, and a client with all scopes.
struct ConfigWorld : GatewayWorld {
    std::unique_ptr<test::WsClient> admin;

    ConfigWorld() {
        variables["LAB_HOST"] = Secret("10.1.2.3");
        write("openclaw.json", std::string(config_text));
        admin = client();
    }
    std::string text(const std::string& name = "openclaw.json") const {
        return files->read(state() / name, 1 << 20).value_or("(none)");
    }
    std::string revision() { return std::string(*string_at(admin->payload("config.get"), "hash")); }
    std::string params(const json::value& raw, std::string hash = {}, json::object more = {}) {
        more["raw"] = raw;
        more["baseHash"] = hash.empty() ? revision() : std::move(hash);
        return json::serialize(more);
    }
    std::string patch_error(std::string_view raw) {
        return admin->error("config.patch", params(json::value(raw)));
    }
    std::string expected_with(std::string_view old, std::string_view now) const {
        return replaced(std::string(config_text), old, now);
    }
};

TEST(ConfigSchema, HasTheShapeThatFormsAreMadeFrom) {
    ConfigWorld world;
    const auto payload = world.admin->payload("config.schema");
    EXPECT_EQ(string_at(payload, "version"), "2026.1.30");
    EXPECT_TRUE(string_at(payload, "generatedAt"));
    const auto& properties = *object_at(*object_at(payload, "schema"), "properties");
    EXPECT_TRUE(properties.contains("gateway"));
    EXPECT_EQ(bool_at(*object_at(*object_at(payload, "uiHints"), "gateway.auth.token"), "sensitive"), true);
}

TEST(ConfigSet, ChangesOnlyTheBytesOfWhatIsDifferentInWhatComesBack) {
    for (const std::string_view method : {"config.set", "config.apply"})
        for (const std::string_view form : {"config", "parsed", "raw"}) {
            ConfigWorld world;
            const auto got = world.admin->payload("config.get");
            const auto sent =
                form == "raw" ? std::string(*string_at(got, "raw")) : json::serialize(*object_at(got, form));
            const auto changed = replaced(sent, "\"hi\"", "\"ho\"");
            const auto answer = world.admin->payload(
                method, world.params(json::value(changed), std::string(*string_at(got, "hash"))));
            EXPECT_EQ(world.text(), world.expected_with("\"hi\"", "\"ho\"")) << method << " " << form;
            EXPECT_EQ(bool_at(answer, "ok"), true);
            EXPECT_EQ(string_at(answer, "path"), (world.state() / "openclaw.json").string());
            EXPECT_EQ(json::serialize(*array_at(answer, "changedPaths")), R"(["messages.responsePrefix"])");
            EXPECT_EQ(string_at(answer, "hash"), world.revision()) << "the answer names what stands now";
        }
}

TEST(ConfigSet, WritesNothingWhenNothingIsDifferent) {
    ConfigWorld world;
    const auto got = world.admin->payload("config.get");
    const auto answer = world.admin->payload(
        "config.set", world.params(json::value(json::serialize(*object_at(got, "config")))));
    EXPECT_EQ(bool_at(answer, "noop"), true);
    EXPECT_EQ(world.text(), config_text);
    EXPECT_EQ(world.text("openclaw.json.bak"), "(none)");
}

TEST(ConfigPatch, IsInUseForTheNextRequestAndIsLoggedByItsPaths) {
    ConfigWorld world;
    const auto answer = world.admin->payload(
        "config.patch", world.params(json::value(R"({messages: {responsePrefix: "ho"}})"), {},
                                     {{"note", "a note"}, {"sessionKey", "main"}, {"restartDelayMs", 5}}));
    EXPECT_EQ(world.text(), world.expected_with("\"hi\"", "\"ho\""));
    EXPECT_THAT(json::serialize(world.admin->payload("config.get")), HasSubstr("\"ho\""));
    EXPECT_TRUE(world.logged("config.patch by token"));
    EXPECT_TRUE(world.logged("messages.responsePrefix"));
    const auto& payload = *object_at(*object_at(answer, "sentinel"), "payload");
    EXPECT_EQ(string_at(payload, "kind"), "config-patch");
    EXPECT_EQ(string_at(payload, "status"), "ok");
    EXPECT_EQ(string_at(payload, "message"), "a note");
    EXPECT_EQ(string_at(payload, "sessionKey"), "main");
    EXPECT_EQ(bool_at(*object_at(payload, "stats"), "requiresRestart"), false);
    EXPECT_TRUE(answer.at("restart").is_null()) << "nothing is restarted";
}

TEST(ConfigPatch, SaysWhatNeedsARestart) {
    ConfigWorld world;
    const auto answer =
        world.admin->payload("config.patch", world.params(json::value("{gateway: {port: 19123}}")));
    EXPECT_EQ(json::serialize(*array_at(answer, "needsRestart")), R"(["gateway.port"])");
    EXPECT_EQ(bool_at(*object_at(*object_at(*object_at(answer, "sentinel"), "payload"), "stats"),
                      "requiresRestart"),
              true);
}

TEST(ConfigChange, AsksForTheRevisionThatTheClientHasSeen) {
    ConfigWorld world;
    const auto hash = world.revision();
    constexpr auto raw = R"({"raw":"{messages:{responsePrefix:\"ho\"}}"})";
    for (const std::string_view method : {"config.set", "config.patch", "config.apply"}) {
        EXPECT_EQ(world.admin->error(method, raw),
                  "INVALID_REQUEST: config base hash required; re-run config.get and retry");
        EXPECT_EQ(world.admin->error(method, world.params(json::value("{}"), "0123456789abcdef")),
                  "INVALID_REQUEST: config changed since last load; re-run config.get and retry");
    }
    // A comment alone makes another file of it, and so does a byte of what it includes.
    world.write("openclaw.json", "// new\n" + std::string(config_text));
    EXPECT_THAT(world.admin->error("config.patch", world.params(json::value("{}"), hash)),
                HasSubstr("config changed since last load"));
    EXPECT_EQ(world.text(), "// new\n" + std::string(config_text));
}

TEST(ConfigChange, SeesAChangeOfWhatTheConfigIncludes) {
    ConfigWorld world;
    world.write("more.json5", "{responsePrefix: 'hi'}");
    world.write("openclaw.json", R"({gateway:{auth:{token:"test-token-0123456789abcdef"}},
        messages:{$include:"./more.json5"}})");
    const auto hash = world.revision();
    world.write("more.json5", "{responsePrefix: 'hey'}");
    EXPECT_THAT(world.admin->error("config.patch", world.params(json::value("{}"), hash)),
                HasSubstr("config changed since last load"));
    world.admin->payload("config.patch", world.params(json::value("{messages: {responsePrefix: 'ho'}}")));
    EXPECT_EQ(world.text("more.json5"), "{responsePrefix: 'ho'}") << "it is written where it stands";
}

TEST(ConfigChange, NeedsNoRevisionForLooksAlone) {
    ConfigWorld world;
    EXPECT_EQ(bool_at(world.admin->payload("config.patch", R"({"raw":"{ui:{prefs:{theme:'claw'}}}"})"), "ok"),
              true);
    EXPECT_THAT(
        world.admin->error("config.patch", R"({"raw":"{ui:{prefs:{theme:'knot'}},gateway:{port:1}}"})"),
        HasSubstr("config base hash required"));
}

TEST(ConfigChange, RevisionsTellNothingAboutTheText) {
    ConfigWorld world, other;
    EXPECT_THAT(world.revision(), testing::StartsWith("hmac-sha256:v1:"));
    EXPECT_NE(world.revision(), other.revision()) << "the same text, another gateway";
}

TEST(ConfigChange, RefusesWhatCanNotBeMeant) {
    ConfigWorld world;
    const auto hash = world.revision();
    struct Case {
        json::value raw;
        std::string said;
    };
    const std::vector<Case> cases{
        {json::value(""), "at /raw: must NOT have fewer than 1 characters"},
        {json::value(7), "at /raw: must be string"},
        {json::value(nullptr), "at /raw: must be string"},
        {json::value("{gateway: {port: "), "raw is no JSON5: line 1"},
        {json::value("[]"), "raw must be an object"},
        {json::value("'text'"), "raw must be an object"},
        {json::value(std::string(400'001, ' ')), "at /raw: must NOT have more than 400000 characters"},
        {json::value("{messages: {responsePrefix: 'x'}, nothing: {here: 1}}"),
         "invalid config: nothing: unknown key"},
        {json::value("{gateway: {port: 'high'}}"), "invalid config: gateway.port: expected a whole number"},
        {json::value("{gateway: {port: 70000}}"), "invalid config: gateway.port: expected 1 to 65535"},
        {json::value("{gateway: {auth: {token: 'short'}}}"), "gateway.auth.token can be guessed"},
        {json::value("{messages: {responsePrefix: '__OPENCLAW_REDACTED__'}}"), "is not the secret"},
        {json::value("{messages: {$include: '/etc/passwd'}}"), "$include can't be changed from here"},
        {json::value("{secrets: {providers: {x: {source: 'exec', command: '/bin/true'}}}}"),
         "secrets.providers names files and programs of the gateway's host"},
        {json::value("{logging: {file: '/root/.ssh/authorized_keys'}}"), "logging.file names files"},
        {json::value("{gateway: {tls: {enabled: true}}}"), "gateway.tls names files"}};
    for (const auto& [raw, said] : cases) {
        EXPECT_THAT(world.admin->error("config.patch", world.params(raw, hash)), HasSubstr(said));
        world.clock.advance(std::chrono::minutes(2));
    }
    for (const std::string_view wrong : {R"("baseHash":7)", R"("sessionKey":[])", R"("restartDelayMs":-1)",
                                         R"("restartDelayMs":"now")", R"("replacePaths":"all")"})
        EXPECT_THAT(world.admin->error("config.patch", fmt::format(R"({{"raw":"{{}}",{}}})", wrong)),
                    HasSubstr("invalid config.patch params"));
    EXPECT_EQ(world.text(), config_text) << "nothing was written";
}

TEST(ConfigChange, ListsWhatWouldBeWrongWithIt) {
    ConfigWorld world;
    const auto answer = world.admin->call(
        "config.patch", world.params(json::value("{gateway: {port: 0, bind: 'moon'}, nothing: 1}")));
    const auto& error = *object_at(answer, "error");
    EXPECT_THAT(std::string(*string_at(error, "message")), HasSubstr("(+2 more)"));
    std::vector<std::string> paths;
    for (const auto& issue : *array_at(*object_at(error, "details"), "issues"))
        paths.emplace_back(*string_at(issue.get_object(), "path"));
    EXPECT_THAT(paths, testing::UnorderedElementsAre("gateway.port", "gateway.bind", "nothing"));
}

TEST(ConfigChange, TellsNobodyASecret) {
    ConfigWorld world;
    const std::string planted = "sk-ant-api03-planted-0123456789abcdefghijklmnop";
    std::string said;
    for (const auto& raw :
         {fmt::format("{{models: {{providers: {{far: {{baseUrl: 'https://far.example/v1', apiKey: '{}', "
                      "models: []}}}}}}}}",
                      planted),
          fmt::format("{{gateway: {{bind: '{}'}}}}", planted),
          fmt::format("{{gateway: {{port: '{}'}}}}", planted), fmt::format("{{'{}': {{}}}}", planted),
          fmt::format("{{broken: '{}", planted)})
        said += json::serialize(world.admin->call("config.patch", world.params(json::value(raw))));
    said += json::serialize(world.admin->call("config.get"));
    for (const auto& line : world.log.lines()) said += line;
    for (const auto secret : {std::string_view(planted), lab_key, test_token})
        EXPECT_THAT(said, Not(HasSubstr(std::string(secret))));
    EXPECT_THAT(world.text(), HasSubstr(planted)) << "it is stored all the same";
}

TEST(ConfigChange, LetsTheOwnerOnTheHostNameFilesAndPrograms) {
    ConfigWorld world;
    auto owner = world.dial_socket();
    owner->connect("");
    const auto answer = owner->payload(
        "config.patch",
        world.params(json::value("{secrets: {providers: {x: {source: 'exec', command: '/bin/true'}}}}")));
    EXPECT_EQ(bool_at(answer, "ok"), true);
}

TEST(ConfigChange, AnswersWhoChangesTheLockBeforeItShutsHimOut) {
    ConfigWorld world;
    const auto answer = world.admin->payload(
        "config.patch",
        world.params(json::value("{gateway: {auth: {token: 'another-token-9f8e7d6c5b4a3210'}}}")));
    EXPECT_EQ(bool_at(answer, "ok"), true);
    EXPECT_THAT(json::serialize(answer), Not(HasSubstr("another-token")));
    EXPECT_EQ(bool_at(world.dial()->connect("another-token-9f8e7d6c5b4a3210"), "ok"), true);
    EXPECT_THAT(world.admin->closed(), HasSubstr("1008"));
}

TEST(ConfigChange, TakesNoAgentAwayThatAClientDoesNotKnow) {
    ConfigWorld world;
    world.write("openclaw.json", R"({gateway:{auth:{token:"test-token-0123456789abcdef"}},
        agents:{list:[{id:"main"},{id:"work"}]}})");
    EXPECT_THAT(
        world.admin->error("config.set", world.params(json::value("{agents: {list: [{id: 'main'}]}}"))),
        HasSubstr("would remove existing agent entries: work"));
    EXPECT_THAT(world.admin->error("config.patch", world.params(json::value("{agents: {list: null}}"))),
                HasSubstr("would remove entries from array path(s): agents.list"));
}

TEST(ConfigChange, IsBoundInHowOftenItHappens) {
    ConfigWorld world;
    const auto hash = world.revision();
    for (std::size_t at = 0; at < ChangeBudget::changes_max; ++at)
        world.admin->payload("config.patch", world.params(json::value("{}"), hash));
    const auto answer = world.admin->call("config.patch", world.params(json::value("{}"), hash));
    const auto& error = *object_at(answer, "error");
    EXPECT_EQ(string_at(error, "code"), "UNAVAILABLE");
    EXPECT_EQ(string_at(error, "message"), "rate limit exceeded for config.patch; retry after 60 s");
    EXPECT_EQ(bool_at(error, "retryable"), true);
    EXPECT_EQ(integer_at(error, "retryAfterMs"), 60'000);
    world.clock.advance(ChangeBudget::window);
    world.admin->payload("config.patch", world.params(json::value("{}"), hash));
}

TEST(ConfigChange, SaysWhenTheFileCanNotBeWrittenAndLeavesItAsItWas) {
    ConfigWorld world;
    test::FaultyFileSystem read_only(*world.files);
    world.written_through = &read_only;
    read_only.refuse_writes(true);
    const auto params = world.params(json::value("{messages: {responsePrefix: 'ho'}}"));
    EXPECT_THAT(world.admin->error("config.patch", params), HasSubstr("openclaw.json"));
    EXPECT_EQ(world.text(), config_text);
    EXPECT_EQ(bool_at(world.admin->payload("config.get"), "valid"), true);
    read_only.refuse_writes(false);
    EXPECT_EQ(bool_at(world.admin->payload("config.patch", params), "ok"), true);
}

TEST(ConfigChange, NeedsTheAdminScope) {
    ConfigWorld world;
    auto writer = world.client(R"(["operator.read","operator.write"])");
    for (const std::string_view method : {"config.set", "config.patch", "config.apply", "config.schema"})
        EXPECT_EQ(writer->error(method, R"({"raw":"{}"})"), "INVALID_REQUEST: missing scope: operator.admin");
}

TEST(ConfigChange, MakesTheFirstFileWithoutARevision) {
    GatewayWorld world("", {{"openclaw.json", "{}"}});
    auto owner = world.dial_socket();
    owner->connect("");
    std::filesystem::remove(world.state() / "openclaw.json");
    const auto answer =
        owner->payload("config.patch", R"({"raw":"{agents:{defaults:{model:{primary:'demo/echo'}}}}"})");
    EXPECT_EQ(bool_at(answer, "ok"), true) << json::serialize(answer);
    EXPECT_THAT(*world.files->read(world.state() / "openclaw.json", 1 << 20), HasSubstr("demo/echo"));
}

TEST(ConfigGet, ShowsABrokenFileAsItStands) {
    ConfigWorld world;
    world.write("openclaw.json", "{gateway: {port: 'high'}}");
    const auto payload = world.admin->payload("config.get");
    EXPECT_EQ(bool_at(payload, "valid"), false);
    EXPECT_EQ(string_at(payload, "raw"), "{gateway: {port: 'high'}}");
    EXPECT_EQ(string_at(array_at(payload, "issues")->at(0).get_object(), "path"), "gateway.port");
    const auto answer = world.admin->payload(
        "config.patch",
        world.params(json::value("{gateway: {port: 19000, auth: {token: 'test-token-0123456789abcdef'}}}"),
                     std::string(*string_at(payload, "hash"))));
    EXPECT_EQ(bool_at(answer, "ok"), true);
    EXPECT_EQ(bool_at(world.admin->payload("config.get"), "valid"), true);
}

TEST(NewestInterface, FindsWhatItBeginsWith) {
    ConfigWorld world;
    EXPECT_TRUE(array_at(world.admin->payload("chat.startup", R"({"sessionKey":"main"})"), "messages"));
    const auto heard = world.admin->payload("sessions.messages.subscribe", R"({"key":"main"})");
    EXPECT_EQ(bool_at(heard, "subscribed"), true);
    EXPECT_EQ(string_at(heard, "key"), "agent:main:main");
    EXPECT_EQ(
        bool_at(world.admin->payload("sessions.messages.unsubscribe", R"({"key":"main"})"), "subscribed"),
        false);
    EXPECT_THAT(world.admin->error("sessions.messages.subscribe"), HasSubstr("required property 'key'"));
    const auto commands = world.admin->payload("commands.list", R"({"agentId":"main","scope":"text"})");
    const auto& command = array_at(commands, "commands")->at(0).get_object();
    EXPECT_EQ(string_at(command, "name"), "new");
    EXPECT_EQ(array_at(command, "textAliases")->at(0), json::value("/new"));
    EXPECT_TRUE(bool_at(command, "acceptsArgs"));
    EXPECT_FALSE(string_at(command, "description").value_or("").empty());
    EXPECT_TRUE(array_at(world.admin->payload("question.list"), "questions")->empty());
    for (const std::string_view kind : {"exec", "plugin", "openclaw"}) {
        const auto answer = world.admin->call(fmt::format("{}.approval.list", kind));
        EXPECT_EQ(answer.at("payload"), json::value(json::array())) << kind;
    }
    const auto agents = world.admin->payload("agents.list");
    const auto& first = array_at(agents, "agents")->at(0).get_object();
    EXPECT_EQ(string_at(*object_at(first, "model"), "primary"), "anthropic/claude-opus-4-5");
}

TEST(Nothing, IsSaidInTheShapesThatClientsRead) {
    ConfigWorld world;
    const auto skills = world.admin->payload("skills.status");
    EXPECT_TRUE(array_at(skills, "skills")->empty());
    EXPECT_TRUE(string_at(skills, "workspaceDir"));
    EXPECT_TRUE(string_at(skills, "managedSkillsDir"));
    EXPECT_EQ(world.admin->error("skills.status", R"({"agentId":"nobody"})"),
              "INVALID_REQUEST: unknown agent id");
    EXPECT_THAT(world.admin->error("skills.status", R"({"agentId":7})"), HasSubstr("must be string"));
    const auto approvals = world.admin->payload("exec.approvals.get");
    EXPECT_EQ(bool_at(approvals, "exists"), false);
    EXPECT_EQ(string_at(*object_at(*object_at(approvals, "file"), "defaults"), "security"), "deny");
    EXPECT_TRUE(object_at(*object_at(approvals, "file"), "agents")->empty());
    const auto jobs = world.admin->payload("cron.list", R"({"limit":50,"offset":0})");
    EXPECT_TRUE(array_at(jobs, "jobs")->empty());
    EXPECT_EQ(integer_at(jobs, "total"), 0);
    EXPECT_EQ(integer_at(jobs, "limit"), 50);
    EXPECT_EQ(bool_at(jobs, "hasMore"), false);
    EXPECT_THAT(world.admin->error("cron.list", R"({"limit":0})"), HasSubstr("must be >= 1"));
    for (const std::string_view method : {"device.pair.list", "node.pair.list"}) {
        const auto list = world.admin->payload(method);
        EXPECT_TRUE(array_at(list, "pending")->empty());
        EXPECT_TRUE(array_at(list, "paired")->empty());
    }
}

}  // namespace
}  // namespace openclaw::gateway
