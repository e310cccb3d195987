#include "cli/parser/exit.h"

namespace openclaw::cli {

namespace {

constexpr std::array meanings = {
    ExitMeaning{Exit::ok, "ok",
                "Done. With `--json`, standard output holds one JSON value and nothing else."},
    ExitMeaning{
        Exit::error, "error",
        "Invalid input, an unknown name, an invalid config, a failed check, or a fault of ours. `security "
        "audit`: warnings."},
    ExitMeaning{
        Exit::attention, "attention",
        "`models status --check`: works now, but something expires soon. `security audit`: something is "
        "critical. Also an unusable `--profile`."},
    ExitMeaning{Exit::denied, "denied", "A credential or a permission was refused."},
    ExitMeaning{
        Exit::unavailable, "unavailable",
        "The gateway or a provider can't be reached, can't serve now, or took too long. Try again later."},
    ExitMeaning{Exit::busy, "busy",
                "Something is in the way: another gateway, a lock, a taken port, or a file or name that is "
                "there already."},
    ExitMeaning{Exit::corrupt, "corrupt", "A file is damaged. It was named and left as it is."},
    ExitMeaning{Exit::no_space, "no_space",
                "The disk is full or read-only. What was there before is as it was."},
    ExitMeaning{Exit::cancelled, "cancelled", "You gave up (Ctrl-C, Ctrl-D at a prompt)."},
};

}  // namespace

std::span<const ExitMeaning> exit_meanings() {
    return meanings;
}

Exit exit_of(Code code) {
    switch (code) {
        case Code::invalid_input:
        case Code::not_found:
        case Code::too_large:
        case Code::internal:
            return Exit::error;
        case Code::denied:
            return Exit::denied;
        case Code::unavailable:
        case Code::timed_out:
            return Exit::unavailable;
        case Code::busy:
            return Exit::busy;
        case Code::corrupt:
            return Exit::corrupt;
        case Code::no_space:
            return Exit::no_space;
        case Code::cancelled:
            return Exit::cancelled;
    }
    return Exit::error;
}

Exit report(Context& context, const Error& error) {
    context.out.error(error);
    return exit_of(error.code);
}

}  // namespace openclaw::cli
