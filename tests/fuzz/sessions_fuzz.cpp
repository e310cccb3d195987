// Whatever sessions.json holds, salvaging it ends, makes up no record, and loses none of an index that is
// sound.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "chat/sessions/session_salvage.h"
#include "support/memory_file_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace openclaw;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    test::MemoryFileSystem files;
    const auto salvage = chat::salvage_sessions(text, files, "/s", chat::main_session("main"));
    if (salvage.main_from_transcript) std::abort();
    const auto sound = parse_json(text);
    const auto* index = sound ? sound->if_object() : nullptr;
    if (!index || text.contains('\'')) return 0;
    for (const auto& [key, value] : *index) {
        const auto* record = value.if_object();
        if (!record || !std::string_view(key).starts_with("agent:")) continue;
        const auto* found = salvage.records.if_contains(key);
        if (!found) std::abort();
    }
    return 0;
}
