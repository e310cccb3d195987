#include "auth/sources/ask_source.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

void answer_all(SourceAnswer& answer, const SourceQuestion& question, const Error& error) {
    for (const auto& id : question.ids) answer.values.insert_or_assign(id, std::unexpected(error));
}

Result<Secret> single_value(std::string_view text, const std::string& id) {
    if (id != "value")
        return fail(Code::not_found, "the file holds a single value, which is referred to as \"value\"");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (trimmed(text).empty()) return fail(Code::not_found, "the file is blank");
    return Secret(text);
}

void read_document(SourceAnswer& answer, const std::string& text, const SourceQuestion& question,
                   std::size_t bytes_max) {
    const auto document = parse_json(text, bytes_max);
    if (!document) {
        // The parser's words may quote the document.
        return answer_all(answer, question, {Code::corrupt, "the file is not JSON", {}});
    }
    for (const auto& id : question.ids) answer.values.insert_or_assign(id, text_at_pointer(*document, id));
}

}  // namespace

Result<Secret> text_at_pointer(const json::value& document, const std::string& pointer) {
    if (!pointer.starts_with('/')) return fail(Code::not_found, "the file is JSON; name a member: /a/b");
    boost::system::error_code problem;
    const auto* found = document.find_pointer(pointer, problem);
    if (!found) return fail(Code::not_found, "the file has no {}", printable(pointer));
    const auto* text = found->if_string();
    if (!text) return fail(Code::corrupt, "{} is not a text", printable(pointer));
    if (trimmed(*text).empty()) return fail(Code::not_found, "{} is blank", printable(pointer));
    return Secret(std::string_view(*text));
}

SourceAnswer ask_file(const SourceTools& tools, const FileSource& source, const SourceQuestion& question) {
    SourceAnswer answer;
    const auto info = check_secret_file({tools.files, tools.user_id}, source.path);
    if (!info) {
        answer_all(answer, question, info.error());
        return answer;
    }
    answer.file = *info;
    answer.unchanged = question.known_file == *info;
    if (answer.unchanged) return answer;
    auto text = tools.files.read(source.path, source.bytes_max);
    if (!text) {
        answer.file.reset();
        answer_all(answer, question, text.error());
    } else if (source.is_json) {
        read_document(answer, *text, question, source.bytes_max);
    } else {
        for (const auto& id : question.ids) answer.values.insert_or_assign(id, single_value(*text, id));
    }
    if (text) wipe(*text);
    return answer;
}

}  // namespace openclaw::auth
