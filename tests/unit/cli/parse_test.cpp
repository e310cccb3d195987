#include "cli/parser/parse.h"

#include <gmock/gmock.h>

#include "base/text.h"

namespace openclaw::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Exit nothing(Context&, const Arguments&) {
    return Exit::ok;
}

constexpr Option status_options[] = {
    {.name = "--agent", .value_name = "ID", .help = "of this agent"},
    {.name = "--json", .help = "JSON", .kind = OptionKind::flag},
    {.name = "--probe-profile", .value_name = "ID", .help = "only this", .kind = OptionKind::repeated},
};
constexpr Option list_options[] = {{.name = "--json", .help = "JSON", .kind = OptionKind::flag}};
constexpr Option paste_options[] = {
    {.name = "--provider", .value_name = "NAME", .help = "whose", .required = true},
};
constexpr Option send_options[] = {
    {.name = "--message", .value_name = "TEXT", .help = "what to say", .short_name = "-m"},
    {.name = "--token", .value_name = "TOKEN", .help = "the secret", .secret = true},
};
constexpr Command models{.name = "models",
                         .summary = "",
                         .arguments = "",
                         .options = status_options,
                         .example = "",
                         .run = nothing};
constexpr Command status{.name = "models status",
                         .summary = "",
                         .arguments = "",
                         .options = status_options,
                         .example = "",
                         .run = nothing};
constexpr Command list{.name = "models list",
                       .summary = "",
                       .arguments = "",
                       .options = list_options,
                       .example = "",
                       .run = nothing};
constexpr Command set{.name = "models set",
                      .summary = "",
                      .arguments = "MODEL",
                      .options = {},
                      .example = "openclaw models set opus",
                      .run = nothing,
                      .arguments_min = 1,
                      .arguments_max = 1};
constexpr Command paste{.name = "models auth paste-token",
                        .summary = "",
                        .arguments = "",
                        .options = paste_options,
                        .example = "openclaw models auth paste-token --provider x",
                        .run = nothing};
constexpr Command send{
    .name = "agent", .summary = "", .arguments = "", .options = send_options, .example = "", .run = nothing};
constexpr Command set_key{.name = "config set",
                          .summary = "",
                          .arguments = "PATH VALUE",
                          .options = list_options,
                          .example = "openclaw config set a 1",
                          .run = nothing,
                          .arguments_min = 2,
                          .arguments_max = 2};
constexpr std::array<const Command*, 7> commands = {&models, &status, &list, &set, &paste, &send, &set_key};
constexpr std::array groups = {Group{"models", "models", {}}, Group{"models auth", "auth", {}}};
constexpr CommandTable table{commands, groups};

Result<Invocation> parsed(std::vector<std::string> words) {
    return parse(words, table);
}

TEST(Parse, FindsTheLongestCommand) {
    EXPECT_EQ(parsed({"models"})->command, &models);
    EXPECT_EQ(parsed({"models", "status"})->command, &status);
    EXPECT_EQ(parsed({"models", "auth", "paste-token", "--provider", "x"})->command, &paste);
}

TEST(Parse, LetsAnOptionStandOnAnAncestor) {
    const auto invocation = parsed({"models", "--agent", "work", "status", "--json"});
    ASSERT_TRUE(invocation);
    EXPECT_EQ(invocation->command, &status);
    EXPECT_EQ(invocation->arguments.text("--agent"), "work");
    EXPECT_TRUE(invocation->arguments.has("--json"));
}

TEST(Parse, RefusesAnAncestorsOptionThatTheCommandLacks) {
    const auto invocation = parsed({"models", "--agent", "work", "list"});
    ASSERT_FALSE(invocation);
    EXPECT_EQ(invocation.error().message, "unknown option '--agent'");
}

TEST(Parse, TakesValuesAfterASpaceAnEqualsSignOrAShortName) {
    for (const auto& words : {std::vector<std::string>{"agent", "--message", "a b"},
                              {"agent", "--message=a b"},
                              {"agent", "-m", "a b"},
                              {"agent", "-ma b"}}) {
        const auto invocation = parsed(words);
        ASSERT_TRUE(invocation) << words.back();
        EXPECT_EQ(invocation->arguments.text("--message"), "a b");
    }
    EXPECT_EQ(parsed({"agent", "--message="})->arguments.text("--message"), "");
    EXPECT_EQ(parsed({"agent", "--message=--help"})->arguments.text("--message"), "--help");
    EXPECT_EQ(parsed({"agent", "-m", "--- so"})->arguments.text("--message"), "--- so");
    EXPECT_EQ(parsed({"agent", "-m", "-"})->arguments.text("--message"), "-");
}

TEST(Parse, KeepsEveryValueOfARepeatedOption) {
    const auto invocation = parsed({"models", "status", "--probe-profile", "a", "--probe-profile=b"});
    EXPECT_THAT(invocation->arguments.all("--probe-profile"), ElementsAre("a", "b"));
    EXPECT_EQ(invocation->arguments.text("--probe-profile"), "b");
}

TEST(Parse, TakesNegativeNumbersAndEverythingBehindTwoDashesAsArguments) {
    EXPECT_THAT(parsed({"config", "set", "a.b", "-5"})->arguments.positional(), ElementsAre("a.b", "-5"));
    EXPECT_THAT(parsed({"config", "set", "--", "--json", "--help"})->arguments.positional(),
                ElementsAre("--json", "--help"));
}

TEST(Parse, ShowsHelpWhereverItIsAskedFor) {
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {{}, ""},
        {{"--help"}, ""},
        {{"-h", "models"}, "models"},
        {{"models", "--help", "status"}, "models status"},
        {{"models", "status", "--bogus", "--help"}, "models status"},
        {{"models", "auth"}, "models auth"},
        {{"models", "help", "status"}, "models status"},
        {{"models", "set", "--help"}, "models set"},
    };
    for (const auto& [words, about] : cases) {
        const auto invocation = parsed(words);
        ASSERT_TRUE(invocation) << about;
        EXPECT_EQ(invocation->kind, Invocation::Kind::help) << about;
        EXPECT_EQ(invocation->help_about, about);
    }
}

TEST(Parse, ShowsTheVersionOnlyBeforeACommand) {
    EXPECT_EQ(parsed({"--version"})->kind, Invocation::Kind::version);
    EXPECT_EQ(parsed({"-V"})->kind, Invocation::Kind::version);
    EXPECT_FALSE(parsed({"models", "--version"}));
}

TEST(Parse, NamesWhatIsWrongAndWhatWasMeant) {
    struct Case {
        std::vector<std::string> words;
        std::string message, hint;
    };
    const Case cases[] = {
        {{"modles"}, "unknown command 'modles'", "did you mean `openclaw models`?"},
        {{"models", "stauts"}, "unknown command 'models stauts'", "did you mean `openclaw models status`?"},
        {{"models", "auth", "nope"},
         "unknown command 'models auth nope'",
         "see `openclaw models auth --help`"},
        {{"models", "status", "--agnet", "x"}, "unknown option '--agnet'", "did you mean --agent?"},
        {{"--agent", "x"}, "unknown option '--agent'", "stands behind the command's name"},
        {{"models", "status", "--agent"}, "option '--agent <id>' argument missing", ""},
        {{"models", "status", "--agent", "--json"},
         "option '--agent <id>' argument missing",
         "write --agent=--json"},
        {{"models", "status", "--json=yes"}, "option '--json' takes no value", ""},
        {{"models", "auth", "paste-token"},
         "required option '--provider <name>' not specified",
         "for example"},
        {{"models", "set"}, "missing required argument 'model'", "`openclaw models set opus`"},
        {{"config", "set", "a"}, "missing required argument 'value'", "for example"},
        {{"config", "set", "a", "b", "c"},
         "too many arguments for 'config set'. Expected 2 arguments but got 3.",
         ""},
        {{"models", "status", "x"},
         "too many arguments for 'models status'. Expected 0 arguments but got 1.",
         ""},
    };
    for (const Case& each : cases) {
        const auto invocation = parsed(each.words);
        ASSERT_FALSE(invocation) << each.message;
        EXPECT_EQ(invocation.error().message, each.message);
        EXPECT_THAT(invocation.error().hint, HasSubstr(each.hint));
    }
}

// The reference accepts a late --profile and ignores it.
TEST(Parse, HonoursAProfileWhereverItStands) {
    EXPECT_EQ(parsed({"--profile", "work", "models"})->profile, "work");
    EXPECT_EQ(parsed({"models", "status", "--profile=work"})->profile, "work");
    EXPECT_EQ(parsed({"models", "--dev"})->profile, "dev");
    EXPECT_EQ(parsed({"--dev", "--profile", "dev", "models"})->profile, "dev");
    EXPECT_EQ(parsed({"config", "set", "a", "--", "--dev"})->profile, "");
}

TEST(Parse, RefusesAnUnusableProfile) {
    for (const auto& words : {std::vector<std::string>{"--profile"},
                              {"--profile", "a/b", "models"},
                              {"--profile=", "models"},
                              {"--profile", "..", "models"},
                              {"--dev", "--profile", "work", "models"},
                              {"--profile", "--dev"},
                              {"models", "--profile", std::string(65, 'a')}}) {
        const auto invocation = parsed(words);
        ASSERT_FALSE(invocation) << words.back();
        EXPECT_TRUE(is_profile_error(invocation.error())) << invocation.error().message;
    }
}

TEST(Parse, FindsSecretsAmongTheWords) {
    const std::vector<std::string> words = {
        "gateway", "--token", "abc", "--remote-token=def", "--token-file", "f", "--openai-api-key", "ghi",
        "--",      "--token", "x"};
    const auto found = secret_words(words, command_table());
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].position, 2u);
    EXPECT_EQ(found[1].position, 3u);
    EXPECT_EQ(words[found[1].position].substr(found[1].offset), "def");
    EXPECT_EQ(found[2].position, 7u);
}

TEST(Parse, TakesForASecretWhatTheCommandsTableCallsOne) {
    const auto positions = [](std::vector<std::string> words) {
        std::vector<std::size_t> found;
        for (const auto& secret : secret_words(words, command_table())) found.push_back(secret.position);
        return found;
    };
    EXPECT_THAT(positions({"models", "providers", "add", "x", "--key", "sk-1"}), ElementsAre(5u));
    EXPECT_THAT(positions({"models", "--key=sk-1", "providers", "add", "x"}), ElementsAre(1u));
    EXPECT_THAT(positions({"secrets", "seal", "--key", "file"}), ElementsAre());
    EXPECT_THAT(positions({"models", "providers", "add", "x", "--key", "${LAB_KEY}"}), ElementsAre());
    EXPECT_THAT(positions({"models", "providers", "add", "x", "--key", "-"}), ElementsAre());
}

Error problem_of(std::vector<std::string> words) {
    const auto invocation = parse(words, command_table());
    return invocation ? Error{} : invocation.error();
}

TEST(Parse, ProposesNoOptionThatWouldNotBeTakenThere) {
    struct Case {
        std::vector<std::string> words;
        std::string hint;
    };
    const Case cases[] = {
        {{"--foo"}, "see `openclaw --help`"},
        {{"models", "--foo"}, "see `openclaw models --help`"},
        {{"models", "auth", "--fr"}, "see `openclaw models auth --help`"},
        {{"--force"}, "it stands behind the command's name: `openclaw agents delete`"},
        {{"--versoin"}, "did you mean --version?"},
        {{"agents", "--identity-file", "x"},
         "it stands behind the command's name: `openclaw agents set-identity`"},
        {{"models", "status", "--chek"}, "did you mean --check?"},
    };
    for (const auto& [words, hint] : cases) EXPECT_EQ(problem_of(words).hint, hint) << words.back();
}

TEST(Parse, SaysOfACommandOfTheReferenceThatItIsNotThereYetAndWhatToDo) {
    const std::vector<std::vector<std::string>> lines = {{"doctor"},
                                                         {"doctor", "--fix"},
                                                         {"onboard", "--install-daemon"},
                                                         {"logs", "--follow"},
                                                         {"doctor", "--help"},
                                                         {"gateway", "restart"},
                                                         {"gateway", "install", "--force"},
                                                         {"channels", "login"},
                                                         {"--dev", "nodes", "list"},
                                                         {"models", "auth", "login-github-copilot"},
                                                         {"config", "schema"}};
    for (const auto& words : lines) {
        const auto problem = problem_of(words);
        EXPECT_THAT(problem.message, HasSubstr("is a command of the reference")) << joined(words, " ");
        EXPECT_FALSE(problem.hint.empty()) << joined(words, " ");
    }
    EXPECT_THAT(problem_of({"dcotor"}).message, HasSubstr("unknown command"));
}

TEST(Parse, OffersNoCommandThatExistsAsMissing) {
    const auto all = command_table();
    EXPECT_FALSE(all.not_offered.empty());
    for (const auto& entry : all.not_offered) {
        EXPECT_FALSE(find_command(entry.name, all)) << entry.name;
        EXPECT_FALSE(find_group(entry.name, all)) << entry.name;
    }
}

TEST(Parse, RefusesValuesThatAnOptionDoesNotKnowAndOptionsWithoutEffect) {
    struct Case {
        std::vector<std::string> words;
        std::string message, hint;
    };
    const Case cases[] = {
        {{"gateway", "--bind", "lna"}, "option '--bind <where>' doesn't know 'lna'", "did you mean lan?"},
        {{"gateway", "run", "--auth", "none"},
         "option '--auth <mode>' doesn't know 'none'",
         "choose token, password or mtls"},
        {{"models", "providers", "add", "x", "--base-url", "http://x", "--api", "soap"},
         "option '--api <api>' doesn't know 'soap'",
         "choose openai-completions or anthropic-messages"},
        {{"models", "status", "--probe-timeout", "9"},
         "--probe-timeout has no effect without --probe",
         "add --probe, or leave --probe-timeout out"},
        {{"agent", "-m", "x", "--local", "--url", "ws://x"},
         "--url has no effect beside --local",
         "leave --url or --local out"},
        {{"chat", "--token", "x", "--local"},
         "--token has no effect beside --local",
         "leave --token or --local out"},
        {{"agent", "-m", "x", "--to", "a", "--session-key", "b"},
         "--to has no effect beside --session-key",
         "leave --to or --session-key out"},
    };
    for (const auto& [words, message, hint] : cases) {
        EXPECT_EQ(problem_of(words).message, message);
        EXPECT_EQ(problem_of(words).hint, hint);
    }
}

TEST(Parse, NamesInItsTableOnlyOptionsThatTheCommandHas) {
    for (const Command* command : all_commands()) {
        const auto has = [&](std::string_view name) {
            return std::ranges::find(command->options, name, &Option::name) != command->options.end();
        };
        for (const Option& option : command->options)
            EXPECT_TRUE(option.needs.empty() || has(option.needs)) << command->name << " " << option.name;
    }
}

TEST(Arguments, BoundWholeNumbers) {
    Arguments arguments;
    arguments.options_["--timeout"] = {"250"};
    EXPECT_EQ(arguments.integer("--timeout", 1, 1000).value().value(), 250);
    EXPECT_FALSE(arguments.integer("--other", 1, 1000).value());
    for (const char* bad : {"", "x", "1e3", "0", "1001", "99999999999999999999", "5 "}) {
        arguments.options_["--timeout"] = {bad};
        EXPECT_FALSE(arguments.integer("--timeout", 1, 1000)) << bad;
    }
}

}  // namespace
}  // namespace openclaw::cli
