#include <algorithm>

#include "auth/sources/ask_source.h"
#include "base/redact.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

constexpr int protocol_version = 1;
constexpr std::size_t complaint_bytes_max = 160;

// What the command reads from standard input.
std::string question_text(const std::string& provider, std::span<const std::string> ids) {
    json::array list;
    for (const auto& id : ids) list.emplace_back(id);
    return json::serialize(json::object{
        {"protocolVersion", protocol_version}, {"provider", provider}, {"ids", std::move(list)}});
}

// The first line of what it complained about, without anything that it was given or that looks like a secret.
std::string complaint_of(std::string_view errors, const CommandSource& source) {
    const auto line = trimmed(trimmed(errors).substr(0, trimmed(errors).find('\n')));
    if (line.empty()) return {};
    Redactor redactor;
    for (const auto& [name, value] : source.variables) redactor.add(value);
    return printable(shortened(redactor.redact(line), complaint_bytes_max));
}

class Batch {
public:
    Batch(const SourceTools& tools, const CommandSource& source, const std::string& provider,
          std::span<const std::string> ids, SourceAnswer& answer)
        : tools_(tools), source_(source), provider_(provider), ids_(ids), answer_(answer) {}

    void ask(const platform::Path& program) {
        platform::ProcessRequest request{.arguments = {program.string()},
                                         .environment = {},
                                         .input = question_text(provider_, ids_),
                                         .deadline = source_.timeout,
                                         .silence_max = source_.silence_max,
                                         .output_bytes_max = source_.output_bytes_max,
                                         .abandoned = tools_.abandoned};
        request.arguments.insert(request.arguments.end(), source_.arguments.begin(), source_.arguments.end());
        for (const auto& [name, value] : source_.variables) request.environment[name] = value.reveal();
        const auto result = tools_.processes.run(request);
        for (auto& [name, value] : request.environment) wipe(value);
        if (!result) return fail_all(result.error());
        if (result->exit_status != 0) {
            const auto complaint = complaint_of(result->errors, source_);
            return fail_all({Code::unavailable,
                             fmt::format("its command ended with {}{}{}", result->exit_status,
                                         complaint.empty() ? "" : ": ", complaint),
                             {}});
        }
        read(result->output);
    }

    void fail_all(const Error& error) {
        for (const auto& id : ids_) answer_.values.insert_or_assign(id, std::unexpected(error));
    }

private:
    void read(const Secret& output) {
        const auto text = trimmed_wide(output.reveal());
        const auto document = parse_json(text, source_.output_bytes_max);
        const auto* object = document ? document->if_object() : nullptr;
        if (object && object->contains("protocolVersion")) return read_protocol(*object);
        const bool plain = !source_.json_only && ids_.size() == 1;
        if (plain && !text.empty()) {
            answer_.values.insert_or_assign(ids_.front(), Secret(text));
            return;
        }
        // What it printed is never quoted: it may be the secret.
        fail_all(
            {Code::corrupt,
             text.empty() ? "its command printed nothing" : "its command's answer is not of the protocol",
             source_.json_only ? "it must print JSON; for a bare value set jsonOnly to false"
                               : "for several ids it must print JSON"});
    }

    void read_protocol(const json::object& answer) {
        if (integer_at(answer, "protocolVersion") != protocol_version)
            return fail_all({Code::corrupt, "its command speaks another version of the protocol", {}});
        const auto* values = object_at(answer, "values");
        const auto* errors = object_at(answer, "errors");
        for (const auto& id : ids_) answer_.values.insert_or_assign(id, value_of(id, values, errors));
    }

    Result<Secret> value_of(const std::string& id, const json::object* values,
                            const json::object* errors) const {
        if (const auto* text = values ? value_at(*values, id) : nullptr) {
            if (!text->is_string()) return fail(Code::corrupt, "its command gave something that is no text");
            if (trimmed(text->get_string()).empty()) return fail(Code::not_found, "its command gave a blank");
            return Secret(std::string_view(text->get_string()));
        }
        const auto* error = errors ? value_at(*errors, id) : nullptr;
        if (!error) return fail(Code::not_found, "its command gave nothing for it");
        const auto* described = as_object(error);
        const auto message = described ? string_at(*described, "message").value_or("") : "";
        const auto complaint = complaint_of(message, source_);
        return fail(Code::not_found, "{}", complaint.empty() ? "its command has none" : complaint);
    }

    const SourceTools& tools_;
    const CommandSource& source_;
    const std::string& provider_;
    std::span<const std::string> ids_;
    SourceAnswer& answer_;
};

// How many of the ids fit in one question.
std::size_t fitting(const SourceQuestion& question, std::size_t from) {
    std::size_t count = 0, bytes = question_text(question.name, {}).size();
    while (from + count < question.ids.size() && count < std::max<std::size_t>(question.references_max, 1)) {
        bytes += question.ids[from + count].size() + 3;
        if (count > 0 && bytes > question.batch_bytes_max) break;
        ++count;
    }
    return count;
}

}  // namespace

SourceAnswer ask_command(const SourceTools& tools, const CommandSource& source,
                         const SourceQuestion& question) {
    SourceAnswer answer;
    const auto program = check_command({tools.files, tools.user_id}, source.command,
                                       {source.links_allowed, source.trusted_folders});
    for (std::size_t from = 0; from < question.ids.size();) {
        const auto ids = std::span(question.ids).subspan(from, fitting(question, from));
        Batch batch(tools, source, question.name, ids, answer);
        if (program)
            batch.ask(*program);
        else
            batch.fail_all(program.error());
        from += ids.size();
    }
    return answer;
}

Milliseconds SourceQuestion::longest() const {
    if (const auto* file = std::get_if<FileSource>(&provider)) return file->timeout;
    const auto* command = std::get_if<CommandSource>(&provider);
    if (!command) return Milliseconds(0);
    std::size_t batches = 0;
    for (std::size_t from = 0; from < ids.size(); from += fitting(*this, from)) ++batches;
    return command->timeout * static_cast<int>(std::min<std::size_t>(batches, 100));
}

SourceAnswer ask_source(const SourceTools& tools, const SourceQuestion& question) {
    if (const auto* file = std::get_if<FileSource>(&question.provider))
        return ask_file(tools, *file, question);
    if (const auto* command = std::get_if<CommandSource>(&question.provider))
        return ask_command(tools, *command, question);
    return {};
}

}  // namespace openclaw::auth
