#include "access/journal/verify.h"

#include "base/json.h"
#include "base/text.h"
#include "cli/commands/commands.h"

namespace openclaw::cli {

namespace {

using access::JournalProof;

Result<std::optional<std::string>> kept_elsewhere(Context& context, const Arguments& arguments) {
    const auto file = arguments.text("--checkpoints");
    if (!file) return std::nullopt;
    auto text = context.files.read(*file, 4 * access::checkpoint_file_bytes_max);
    if (!text) return failed(text.error(), "--checkpoints");
    return std::move(*text);
}

json::value end_json(const std::optional<access::Entry>& entry) {
    if (!entry) return nullptr;
    return json::object{{"n", entry->number}, {"at", to_ms(entry->at)}};
}

json::object proof_json(const JournalProof& proof) {
    json::array faults;
    for (const auto& fault : proof.faults)
        faults.push_back(json::object{
            {"file", fault.file}, {"line", fault.line}, {"n", fault.number}, {"what", fault.what}});
    json::object object{{"sound", proof.sound()},
                        {"files", proof.files},
                        {"lines", proof.lines},
                        {"first", end_json(proof.first)},
                        {"last", end_json(proof.last)},
                        {"checkpoint", nullptr},
                        {"faults", std::move(faults)},
                        {"faultsLeftOut", proof.faults_left_out},
                        {"notProven", json::value_from(proof.beyond)},
                        {"remarks", json::value_from(proof.remarks)}};
    if (proof.checkpoint)
        object["checkpoint"] =
            json::object{{"n", proof.checkpoint->number}, {"at", to_ms(proof.checkpoint->at)}};
    return object;
}

void print(Context& context, const JournalProof& proof) {
    auto& out = context.out;
    if (proof.first)
        out.line(fmt::format("{} lines in {} {}, from {} to {}", proof.lines, proof.files,
                             proof.files == 1 ? "file" : "files", iso_time(proof.first->at),
                             iso_time(proof.last->at)));
    if (proof.sound() && proof.first)
        out.line(fmt::format("Proven: lines {} to {} are what was written, none is missing, added or moved.",
                             proof.first->number, proof.last->number));
    for (const auto& fault : proof.faults)
        out.line(fault.line == 0 ? fmt::format("Wrong: {}: {}", printable(fault.file), fault.what)
                                 : fmt::format("Wrong: {} line {} (number {}): {}", printable(fault.file),
                                               fault.line, fault.number, fault.what));
    if (proof.faults_left_out > 0) out.line(fmt::format("Wrong: {} more", proof.faults_left_out));
    if (proof.checkpoint)
        out.line(fmt::format("Checkpoint: line {}, signed at {}", proof.checkpoint->number,
                             iso_time(proof.checkpoint->at)));
    for (const auto& each : proof.beyond) out.line("Not proven: " + each);
    for (const auto& each : proof.remarks) out.line("Note: " + each);
}

Exit run_verify(Context& context, const Arguments& arguments) {
    const auto config = context.config_with_problems();
    if (!config) return report(context, config.error());
    const auto elsewhere = kept_elsewhere(context, arguments);
    if (!elsewhere) return report(context, elsewhere.error());
    const auto proof =
        access::verify_journal(context.files, access::JournalPlace::from(**config), *elsewhere);
    if (!proof) return report(context, proof.error());
    if (arguments.has("--json"))
        context.out.json(proof_json(*proof));
    else
        print(context, *proof);
    if (proof->sound()) return Exit::ok;
    const auto& first = proof->faults.front();
    const auto line = first.line == 0 ? std::string() : fmt::format(", line {}", first.line);
    return report(context, Error{Code::corrupt,
                                 fmt::format("the audit log is not what was written: {}{}",
                                             printable(first.file), line),
                                 {}});
}

constexpr Option options[] = {
    {.name = "--checkpoints",
     .value_name = "FILE",
     .help = "Checkpoints that you keep elsewhere, besides those here",
     .completes = "file"},
    {.name = "--json", .help = "Print the findings as JSON", .kind = OptionKind::flag},
};

}  // namespace

const Command audit_verify{
    .name = "audit verify",
    .summary = "Prove that the audit log is what was written, and say what can't be proven",
    .options = options,
    .example = "openclaw audit verify --checkpoints /mnt/nas/audit-checkpoints.jsonl",
    .run = run_verify,
    .details =
        "Ends with 0 when every line is proven, with 6 when one is wrong, and names the first. Lines that "
        "were cut off at the end are seen by the checkpoints alone; see docs/audit-log.md.",
};

}  // namespace openclaw::cli
