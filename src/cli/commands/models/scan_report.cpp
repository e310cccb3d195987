#include "cli/commands/models/scan_report.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "cli/output/table.h"

namespace openclaw::cli {

namespace {

using providers::openrouter::Pricing;
using providers::openrouter::Probe;
using providers::openrouter::Scanned;

template <class T>
json::value or_null(const std::optional<T>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::value pricing_json(const std::optional<Pricing>& pricing) {
    if (!pricing) return nullptr;
    return json::object{
        {"prompt", pricing->prompt},        {"completion", pricing->completion},
        {"request", pricing->request},      {"image", pricing->image},
        {"webSearch", pricing->web_search}, {"internalReasoning", pricing->internal_reasoning}};
}

json::object probe_json(const Probe& probe) {
    if (probe.skipped) return {{"ok", false}, {"latencyMs", nullptr}, {"skipped", true}};
    json::object object{{"ok", probe.ok}, {"latencyMs", probe.latency.count()}};
    if (!probe.ok) object["error"] = probe.error;
    return object;
}

json::object row_json(const Scanned& model) {
    const auto& offer = model.offer;
    return {{"id", offer.id},
            {"name", offer.name},
            {"provider", "openrouter"},
            {"modelRef", model.ref()},
            {"contextLength", or_null(offer.context_length)},
            {"maxCompletionTokens", or_null(offer.completion_tokens_max)},
            {"supportedParametersCount", offer.parameter_count},
            {"supportsToolsMeta", offer.claims_tools},
            {"modality", offer.modality.empty() ? json::value(nullptr) : json::value(offer.modality)},
            {"inferredParamB", or_null(offer.size_b)},
            {"createdAtMs", or_null(offer.created_ms)},
            {"pricing", pricing_json(offer.pricing)},
            {"isFree", offer.free},
            {"tool", probe_json(model.tool)},
            {"image", probe_json(model.image)}};
}

std::vector<std::string> warnings(const std::vector<Scanned>& models) {
    const auto limited = std::ranges::count_if(models, [](const Scanned& model) {
        return model.tool.error.starts_with("429") || model.image.error.starts_with("429");
    });
    if (limited == 0) return {};
    return {
        fmt::format("{} of {} models were not tried to the end: OpenRouter limits how often free models "
                    "may be asked",
                    limited, models.size())};
}

std::string window(const std::optional<std::int64_t>& tokens) {
    if (!tokens) return "-";
    return *tokens < 1024 ? std::to_string(*tokens)
                          : fmt::format("{}k", std::llround(static_cast<double>(*tokens) / 1024));
}

std::string duration(Milliseconds latency) {
    return latency.count() < 1000 ? fmt::format("{}ms", latency.count())
                                  : fmt::format("{:.1f}s", static_cast<double>(latency.count()) / 1000);
}

std::string outcome(const Probe& probe) {
    return probe.skipped ? "skip" : probe.ok ? duration(probe.latency) : "fail";
}

std::string notes(const Scanned& model) {
    std::vector<std::string> found;
    if (!model.offer.modality.empty()) found.push_back("modality:" + model.offer.modality);
    for (const auto* probe : {&model.tool, &model.image})
        if (!probe->error.empty()) found.push_back(probe->error);
    return printable(joined(found, "; "));
}

}  // namespace

json::array scan_rows(const std::vector<Scanned>& models) {
    json::array rows;
    for (const auto& model : models) rows.push_back(row_json(model));
    return rows;
}

json::object scan_json(const std::vector<Scanned>& models,
                       const providers::openrouter::Selection& selection) {
    const auto told = warnings(models);
    return {{"selected", json::array(selection.models.begin(), selection.models.end())},
            {"selectedImages", json::array(selection.images.begin(), selection.images.end())},
            {"setDefault", false},
            {"setImage", false},
            {"results", scan_rows(models)},
            {"warnings", json::array(told.begin(), told.end())}};
}

std::vector<std::string> scan_table(const std::vector<Scanned>& models, std::optional<std::size_t> columns) {
    constexpr std::size_t widths[] = {42, 10, 10, 8, 8};
    std::vector<std::vector<std::string>> cells{{"Model", "Tool", "Image", "Ctx", "Params", "Notes"}};
    for (const auto& model : models) {
        const auto size = model.offer.size_b ? fmt::format("{}b", *model.offer.size_b) : "-";
        cells.push_back({printable(model.ref()), outcome(model.tool), outcome(model.image),
                         window(model.offer.context_length), size, notes(model)});
    }
    return table(cells, widths, columns);
}

std::vector<std::string> scan_text(const std::vector<Scanned>& models, std::optional<std::size_t> columns) {
    std::size_t tools = 0, images = 0, both = 0;
    for (const auto& model : models) {
        tools += model.tool.ok;
        images += model.image.ok;
        both += model.tool.ok && model.image.ok;
    }
    std::vector<std::string> lines{
        fmt::format("Scan results: tested {}, tool ok {}, image ok {}, tool+image ok {}, image only {}",
                    models.size(), tools, images, both, images - both)};
    for (auto& line : scan_table(models, columns)) lines.push_back(std::move(line));
    for (const auto& warning : warnings(models)) lines.push_back("warning: " + warning);
    return lines;
}

std::string first_failure(const std::vector<Scanned>& models) {
    for (const auto& model : models)
        if (!model.tool.error.empty()) return printable(fmt::format("{}: {}", model.ref(), model.tool.error));
    return {};
}

}  // namespace openclaw::cli
