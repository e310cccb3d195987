#include "cli/commands/models/reference_option.h"

#include "auth/enrol/pasted_secret.h"
#include "auth/sources/read_sources.h"
#include "base/text.h"

namespace openclaw::cli {

namespace {

auth::SourceValue look_there(Context& context, const config::Config& config,
                             const auth::SecretRef& reference) {
    const auto settings = auth::SourceSettings::from(config);
    if (reference.source == auth::SecretRef::Source::env) {
        if (const auto source = settings.find(reference); !source) return {.problem = source.error().message};
        const auto value = config.environment().find_filled(reference.id);
        if (!value) return {.problem = "not set in the gateway's environment"};
        return {.value = Secret(*value)};
    }
    const auto values = auth::read_sources({context.files, context.processes, context.user_id}, settings,
                                           {{reference, {}, {}}}, auth::Commands::run, context.clock);
    const auto* found = values.find(reference, {});
    return found ? *found : auth::SourceValue{.problem = "it was not asked"};
}

}  // namespace

Result<auth::SecretRef> parse_reference(std::string_view text) {
    const auto refuse = [&](std::string_view why) {
        return hinted(fail(Code::invalid_input, "--ref {}: {}", printable(shortened(text, 80)), why),
                      "write env:NAME, file:SOURCE:/pointer or exec:SOURCE:id");
    };
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return refuse("it names no place");
    const auto kind = text.substr(0, colon);
    auto rest = text.substr(colon + 1);
    std::string_view provider = "default";
    if (const auto second = rest.find(':'); second != std::string_view::npos) {
        provider = rest.substr(0, second);
        rest.remove_prefix(second + 1);
    } else if (kind != "env") {
        return refuse("it names no source of secrets.providers");
    }
    if (kind == "sealed") return refuse("what is sealed is written by sealing alone");
    auto reference = auth::parse_secret_ref({{"source", kind}, {"provider", provider}, {"id", rest}});
    if (!reference) return refuse(reference.error().message);
    return reference;
}

Result<void> verify_reference(Context& context, const config::Config& config,
                              const auth::SecretRef& reference, const NewCredential& wanted, bool any_shape) {
    const auto found = look_there(context, config, reference);
    if (!found.value)
        return hinted(fail(Code::unavailable, "{} gives nothing: {}", describe(reference), found.problem),
                      "mend it, or store the reference all the same with --no-verify");
    const auto cleaned = auth::clean_pasted(*found.value, auth::paste_rules(wanted, any_shape));
    if (!cleaned) return failed(cleaned.error(), "what {} gives", describe(reference));
    return {};
}

}  // namespace openclaw::cli
