#include "base/swapped.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace openclaw {
namespace {

TEST(Swapped, LetsWhoTookItGoOnWithWhatItWas) {
    Swapped<std::string> value(std::make_shared<const std::string>("before"));
    const auto taken = value.take();
    const auto replaced = value.swap(std::make_shared<const std::string>("after"));
    EXPECT_EQ(*taken, "before");
    EXPECT_EQ(replaced, taken);
    EXPECT_EQ(*value.take(), "after");
}

TEST(Swapped, ShowsEachThreadAWholeValue) {
    using Values = std::array<int, 64>;
    const auto filled = [](int number) {
        Values values;
        values.fill(number);
        return std::make_shared<const Values>(values);
    };
    Swapped<Values> value(filled(0));
    std::atomic<bool> stop = false;
    std::atomic<int> torn = 0;
    std::vector<std::thread> readers;
    for (int thread = 0; thread < 3; ++thread)
        readers.emplace_back([&] {
            while (!stop) {
                const auto taken = value.take();
                for (const int each : *taken) torn += each == taken->front() ? 0 : 1;
            }
        });
    for (int round = 1; round <= 2000; ++round) value.swap(filled(round));
    stop = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(torn, 0);
    EXPECT_EQ(value.take()->back(), 2000);
}

}  // namespace
}  // namespace openclaw
