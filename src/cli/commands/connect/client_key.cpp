#include "cli/commands/connect/client_key.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t key_bytes_max = 4096;

Result<Secret> read_key(Context& context, const std::string& file) {
    if (file == "-") {
        auto input = context.terminal.read_input(key_bytes_max);
        if (!input) return failed(input.error(), "reading the key from standard input");
        return input->trimmed();
    }
    auto text = context.files.read(file, key_bytes_max);
    if (!text) return failed(text.error(), "reading --key-file");
    return Secret(std::move(*text)).trimmed();
}

}  // namespace

Result<Secret> client_key(Context& context, const Arguments& arguments) {
    const auto file = arguments.text("--key-file");
    if (!file)
        return hinted(fail(Code::invalid_input, "name the client's key with --key-file"),
                      "`openclaw gateway token show --reveal` prints the one that everybody shares");
    auto secret = read_key(context, *file);
    if (!secret) return secret;
    if (secret->empty() || !secret->is_printable())
        return hinted(fail(Code::invalid_input, "what --key-file names holds no key"),
                      "a key is one line of letters, digits and signs");
    return secret;
}

}  // namespace openclaw::cli
