// Whatever stands in a .env file, reading it ends, and every name comes once.
#include <cstdint>
#include <cstdlib>
#include <set>

#include "config/environment/dotenv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = openclaw::config::parse_dotenv({reinterpret_cast<const char*>(data), size});
    if (!file) return 0;
    std::set<std::string> names;
    for (const auto& entry : file->entries)
        if (entry.name.empty() || !names.insert(entry.name).second) std::abort();
    return 0;
}
