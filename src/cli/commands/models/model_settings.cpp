#include "cli/commands/models/model_settings.h"

#include "cli/gateway/tell_gateway.h"
#include "providers/catalogue/typed_model.h"

namespace openclaw::cli {

Result<auth::ModelRef> typed_model(Context& context, const config::Config& config, const std::string& text) {
    auto model = auth::parse_model(text, config);
    if (!model) return model;
    if (auto fine = providers::check_typed(*model, text, config); !fine)
        return std::unexpected(std::move(fine).error());
    if (const auto odd = providers::find_oddity(*model, text, config)) context.out.note("note: " + *odd);
    return model;
}

Result<std::shared_ptr<const config::Config>> change_config(
    Context& context, const std::function<Result<void>(json::object&)>& change, bool as_json) {
    auto written = context.config_writer().update(change);
    if (!written) return std::unexpected(std::move(written).error());
    config_changed(context, *written, as_json);
    return written->config;
}

void config_changed(Context& context, const config::Written& written, bool as_json) {
    if (!as_json) context.out.line("Updated " + context.paths.shortened(context.paths.config_file));
    context.loaded = written.config;
    tell_gateway_and_note(context, written.changed);
}

}  // namespace openclaw::cli
