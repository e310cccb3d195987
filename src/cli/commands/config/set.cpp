#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/config/change.h"
#include "config/json5/json5.h"
#include "config/json5/key_path.h"
#include "config/settings/secrets.h"
#include "config/settings/settings.h"
#include "net/stream/server_pin.h"
#include "providers/catalogue/typed_model.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t value_bytes_max = 1u << 20;

// A setting that wants a text gets one: a password of digits is no number.
bool wants_text(const std::string& path) {
    const auto* setting = config::setting_of_path(path);
    if (!setting) return false;
    using enum config::SettingType;
    return setting->type == text || setting->type == filled_text || setting->type == url ||
           setting->type == place || setting->type == model || setting->type == choice;
}

Result<json::value> value_of(const std::string& text, const std::string& path, bool strict) {
    auto parsed = config::parse_json5(text);
    if (!parsed && strict) return failed(parsed.error(), "failed to parse JSON5 value");
    if (!parsed || (!strict && !parsed->is_string() && wants_text(path))) return json::value(text);
    return parsed;
}

Result<std::string> given_text(Context& context, const Arguments& arguments, const std::string& path) {
    const auto& words = arguments.positional();
    if (arguments.has("--stdin")) {
        if (words.size() > 1) return fail(Code::invalid_input, "either a value or --stdin, not both");
        auto input = platform::read_text(context.terminal, value_bytes_max);
        if (!input) return std::unexpected(input.error());
        std::string_view text = *input;
        if (text.ends_with('\n')) text.remove_suffix(1);
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (trimmed(text).empty()) return fail(Code::invalid_input, "nothing came on standard input");
        return std::string(text);
    }
    if (words.size() < 2)
        return hinted(fail(Code::invalid_input, "missing required argument 'value'"),
                      "give the value, or --stdin to read it from standard input");
    const auto parts = config::parse_key_path(path);
    const auto key = parts ? std::string_view(parts->back()) : std::string_view(path);
    if (config::is_secret_path(path, key) && !words[1].contains("${"))
        context.out.note(
            "note: other users may have seen this secret in the process list; next time use --stdin");
    return words[1];
}

// A model's name is judged as `models set` judges it. While the file is being mended nothing is known.
Result<void> check_model(Context& context, const std::string& path, const json::value& value) {
    const auto* setting = config::setting_of_path(path);
    if (!setting || setting->type != config::SettingType::model || !value.is_string()) return {};
    const auto config = context.config();
    const std::string text(value.get_string());
    const auto model = config ? auth::parse_model(text, **config) : fail(Code::invalid_input, "no config");
    return model ? providers::check_typed(*model, text, **config) : Result<void>{};
}

// What is no fingerprint would keep every command from its gateway.
Result<void> check_fingerprint(const std::string& path, const json::value& value) {
    if (path != "gateway.remote.tlsFingerprint" || !value.is_string()) return {};
    const std::string_view text = value.get_string();
    if (trimmed(text).empty() || text.contains("${")) return {};
    const auto pin = net::ServerPin::parse(text);
    if (!pin) return failed(pin.error(), "{}", path);
    return {};
}

Exit run_config_set(Context& context, const Arguments& arguments) {
    const std::string& text = arguments.positional().front();
    const auto path = config::parse_key_path(text);
    if (!path) return report(context, path.error());
    const auto name = config::format_key_path(*path);
    const auto given = given_text(context, arguments, name);
    if (!given) return report(context, given.error());
    auto value = value_of(*given, name, arguments.has("--json"));
    if (!value) return report(context, value.error());
    if (auto fine = check_model(context, name, *value); !fine) return report(context, fine.error());
    if (auto fine = check_fingerprint(name, *value); !fine) return report(context, fine.error());
    const auto written = context.config_writer().set(*path, std::move(*value));
    if (!written) return report(context, written.error());
    tell_change(context, *written, "Updated", name);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--json",
     .help = "The value must be JSON5; otherwise what isn't is taken as text",
     .kind = OptionKind::flag},
    {.name = "--stdin", .help = "Read the value from standard input: for secrets", .kind = OptionKind::flag},
};

}  // namespace

const Command config_set{
    .name = "config set",
    .summary = "Change one setting; the rest of the file stays byte for byte",
    .arguments = "PATH [VALUE]",
    .options = options,
    .example = "openclaw config set agents.defaults.model.primary openai/gpt-5.2",
    .run = run_config_set,
    .arguments_min = 1,
    .arguments_max = 2,
    .completes = "setting setting-value",
    .details =
        "Write ${NAME} to refer to a variable. The result is checked before it is written, and the file as "
        "it "
        "was is kept beside it with .bak at the end.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
