#include "auth/enrol/pasted_secret.h"

#include <algorithm>
#include <array>

#include "auth/profiles/no_credential.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

struct Shape {
    std::string_view prefix, provider, what;
    bool token = false;
    std::size_t size_min = 0;    // shorter ones were cut
    std::size_t size_usual = 0;  // what its issuer gives out; shorter ones may have been cut
};
// Longest prefix first.
constexpr Shape shapes[] = {
    {"sk-ant-oat01-", "anthropic", "a setup token of Anthropic", true, 80},
    {"sk-ant-api03-", "anthropic", "an API key of Anthropic", false, 24, 100},
    {"sk-ant-", "anthropic", "an API key of Anthropic", false, 24},
    {"sk-or-v1-", "openrouter", "an API key of OpenRouter", false, 20, 73},
    {"sk-or-", "openrouter", "an API key of OpenRouter", false, 20},
    {"sk-proj-", "openai", "an API key of OpenAI", false, 20},
    {"gsk_", "groq", "an API key of Groq", false, 16},
    {"xai-", "xai", "an API key of xAI", false, 16},
    {"AIza", "google", "an API key of Google", false, 20, 39},
    {"csk-", "cerebras", "an API key of Cerebras", false, 16},
    {"hf_", "huggingface", "a token of Hugging Face", true, 12},
    {"ghp_", "github-copilot", "a GitHub token", true, 20},
    {"gho_", "github-copilot", "a GitHub token", true, 20},
    {"ghu_", "github-copilot", "a GitHub token", true, 20},
    {"github_pat_", "github-copilot", "a GitHub token", true, 20},
};

const Shape* shape_of(std::string_view text) {
    const auto found =
        std::ranges::find_if(shapes, [&](const Shape& shape) { return text.starts_with(shape.prefix); });
    return found == std::end(shapes) ? nullptr : found;
}

std::unexpected<Error> refused(std::string_view why, std::string hint) {
    return hinted(fail(Code::invalid_input, "nothing was stored: {}", why), std::move(hint));
}

bool is_name(std::string_view text) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    return !text.empty() && letters.find(text.front()) != std::string_view::npos &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") ==
               std::string_view::npos;
}

bool is_quote(char c) {
    return c == '"' || c == '\'' || c == '`';
}

// "export FOO=x" -> "x". Only names in capitals: base64 ends in '=', too.
std::string_view without_assignment(std::string_view text, std::vector<std::string>& notes) {
    auto rest = text;
    if (rest.starts_with("export ")) rest = trimmed(rest.substr(7));
    const auto equals = rest.find('=');
    const auto name = equals == std::string_view::npos ? std::string_view() : trimmed(rest.substr(0, equals));
    const bool capitals = is_name(name) && name == [&] {
        std::string upper(name);
        for (char& c : upper)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        return upper;
    }();
    if (!capitals) return text;
    notes.push_back(fmt::format("took the value of {}", name));
    return trimmed(rest.substr(equals + 1));
}

std::string_view without_quotes(std::string_view text, std::vector<std::string>& notes) {
    if (text.size() < 2 || !is_quote(text.front()) || text.back() != text.front()) return text;
    notes.emplace_back("left out the quotes");
    return trimmed(text.substr(1, text.size() - 2));
}

// Of a line of a shell or of JSON.
std::string_view without_end_mark(std::string_view text) {
    while (text.ends_with(';') || text.ends_with(',')) text = trimmed(text.substr(0, text.size() - 1));
    return text;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const auto start = text.find_first_not_of(" \t\r\n,");
        if (start == std::string_view::npos) return words;
        text.remove_prefix(start);
        const auto end = std::min(text.find_first_of(" \t\r\n,"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

// What more than one word may be beside what nobody takes for a credential (no_credential.h).
Result<void> check_words(std::string_view text, const std::vector<std::string_view>& words) {
    const auto keys = std::ranges::count_if(words, [](auto word) { return shape_of(word) != nullptr; });
    constexpr std::array commands = {"curl", "openclaw", "claude", "sudo",    "echo", "set", "setx",
                                     "cat",  "docker",   "python", "python3", "node", "npm"};
    if (std::ranges::find(commands, words.front()) != commands.end() ||
        text.find(" -H ") != std::string_view::npos || text.find(" --") != std::string_view::npos)
        return refused("this is a whole command, not a key", "paste the key alone");
    if (keys > 1)
        return refused(fmt::format("{} keys were pasted at once", keys),
                       "paste one, then run the command again with another --profile-id");
    if (text.find('\n') != std::string_view::npos || text.find('\r') != std::string_view::npos)
        return refused(fmt::format("the paste is broken into {} lines", words.size()),
                       "copy it again as one line, without the line breaks of the window");
    return {};
}

// "me@example.com"
bool is_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos || text.size() > 80 || shape_of(text)) return false;
    const auto host = text.substr(at + 1);
    const auto dot = host.find('.');
    return dot != 0 && dot < host.size() - 1 && host.find('@') == std::string_view::npos &&
           text.find(':') == std::string_view::npos;
}

Result<void> check_shape(std::string_view text, const PasteRules& rules) {
    const auto hash = text.find('#');
    if (rules.provider == "anthropic" && hash != std::string_view::npos && hash > 8 && !shape_of(text))
        return refused("this is the code of a login (code#state), not a token",
                       "run `claude setup-token` to the end and paste the token that it prints");
    if (text.starts_with("sk-ant-ort"))
        return refused("this is the refresh token of a login, which works once and for one program",
                       "run `claude setup-token` and paste the token that it prints");
    if (!rules.any_shape && is_address(text))
        return refused("this is an e-mail address, not a key", "paste the key that belongs to the account");
    const auto* shape = shape_of(text);
    if (!shape) return {};
    if (shape->prefix.size() >= 6 && text.find(shape->prefix, 1) != std::string_view::npos)
        return refused("the key was pasted twice", "paste it once");
    if (text.size() < shape->size_min)
        return refused(fmt::format("{} is longer; the end is missing", shape->what),
                       shape->token && shape->provider == "anthropic"
                           ? "paste the full setup-token"
                           : "copy it again, to its last character");
    if (rules.any_shape) return {};
    const bool foreign =
        std::ranges::any_of(shapes, [&](const Shape& known) { return known.provider == rules.provider; }) &&
        shape->provider != rules.provider;
    if (foreign)
        return refused(fmt::format("this is {}, not one for {}", shape->what, rules.provider),
                       fmt::format("use --provider {}, or --custom if that is meant", shape->provider));
    if (shape->provider == "anthropic" && rules.provider == "anthropic" && shape->token != rules.is_token)
        return refused(fmt::format("this is {}", shape->what),
                       shape->token ? "run `openclaw models auth paste-token --provider anthropic`"
                                    : "run `openclaw models auth paste-api-key --provider anthropic`");
    return {};
}

// Test servers give out short ones, so it is no mistake for certain.
void note_size(std::string_view text, std::vector<std::string>& notes) {
    const auto* shape = shape_of(text);
    if (shape && text.size() < shape->size_usual)
        notes.push_back(
            fmt::format("{} usually has {} characters or more, this one has {}: if its end is missing, "
                        "paste it again",
                        shape->what, shape->size_usual, text.size()));
}

}  // namespace

Result<Pasted> clean_pasted(const Secret& raw, const PasteRules& rules) {
    if (raw.size() > pasted_bytes_max)
        return refused("this is far too long for a key", "paste the key alone");
    Pasted pasted;
    auto text = trimmed_wide(raw.reveal());
    if (text.empty()) return refused("nothing was pasted", "paste the key, then press Enter");
    text = without_assignment(without_end_mark(text), pasted.notes);
    text = without_end_mark(without_quotes(without_end_mark(text), pasted.notes));
    if (text.empty())
        return refused("there is nothing between the quotes or after the equals sign",
                       "paste the key itself");
    if (const auto words = words_of(text);
        (words.size() > 1 || words.front() != text) && text.front() != '{' && !text.starts_with("-----BEGIN"))
        if (auto one = check_words(text, words); !one) return std::unexpected(std::move(one).error());
    if (const auto no = evidently_no_credential(text)) return refused(no->why, std::string(no->hint));
    if (auto sound = check_shape(text, rules); !sound) return std::unexpected(std::move(sound).error());
    note_size(text, pasted.notes);
    pasted.value = Secret(text);
    return pasted;
}

}  // namespace openclaw::auth
