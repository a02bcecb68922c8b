// libtorch asks the system for every result and gives it back at once; large blocks then come as fresh pages each time, and a small
// network spends a quarter of its time in page faults. This allocator keeps what was freed for the next request of that size.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>
#include <torch/version.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace {
constexpr size_t kHeader = 64;              // holds the block's size, and keeps the data aligned
constexpr size_t kSmallest = 64 << 10;      // what is smaller the C library keeps itself
constexpr size_t kHugePage = 2 << 20;
constexpr size_t kLimit = size_t{1} << 30;  // bytes kept at the most

class CachingAllocator final : public c10::Allocator {
public:
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
    c10::DataPtr allocate(size_t bytes) override { return make(bytes); }
    void copy_data(void *to, const void *from, size_t bytes) const override { std::memcpy(to, from, bytes); }
#else
    c10::DataPtr allocate(size_t bytes) const override { return make(bytes); }
#endif
    c10::DeleterFnPtr raw_deleter() const override { return &release; }

    // Bytes in use, and the most that were since the peak was last set.
    static std::atomic<size_t> &used() { static std::atomic<size_t> bytes{0}; return bytes; }
    static std::atomic<size_t> &peak() { static std::atomic<size_t> bytes{0}; return bytes; }

private:
    static c10::DataPtr make(size_t bytes) {
        if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::kCPU)};
        const size_t size = rounded(bytes + kHeader);
        void *const data = take(size);
        const size_t now = used().fetch_add(size) + size;
        for (size_t most = peak(); now > most && !peak().compare_exchange_weak(most, now);) {
        }
        return {data, data, &release, c10::Device(c10::kCPU)};
    }

    // Up to an eighth more, so that sizes which differ little share their blocks.
    static size_t rounded(size_t bytes) {
        size_t step = kHeader;
        while (step * 16 < bytes) step *= 2;
        return (bytes + step - 1) / step * step;
    }

    static void *take(size_t size) {
        if (size >= kSmallest) {
            const std::lock_guard<std::mutex> lock(mutex());
            auto &blocks = free()[size];
            if (!blocks.empty()) {
                void *const data = blocks.back();
                blocks.pop_back();
                kept() -= size;
                return data;
            }
        }
        void *block = nullptr;
        if (posix_memalign(&block, size >= kHugePage ? kHugePage : kHeader, size) != 0)
            throw std::runtime_error("Out of memory: " + std::to_string(size >> 20) + " MiB were asked for. Take fewer or smaller pictures at once.");
        if (size >= kHugePage) madvise(block, size, MADV_HUGEPAGE);
        *static_cast<size_t *>(block) = size;
        return static_cast<char *>(block) + kHeader;
    }

    static void release(void *data) {
        if (data == nullptr) return;
        void *const block = static_cast<char *>(data) - kHeader;
        const size_t size = *static_cast<size_t *>(block);
        used() -= size;
        if (size >= kSmallest) {
            const std::lock_guard<std::mutex> lock(mutex());
            if (kept() + size <= kLimit) {
                free()[size].push_back(data);
                kept() += size;
                return;
            }
        }
        std::free(block);
    }

    // Never destroyed: tensors may outlive the library's static objects.
    static std::mutex &mutex() { static auto *m = new std::mutex; return *m; }
    static std::unordered_map<size_t, std::vector<void *>> &free() { static auto *f = new std::unordered_map<size_t, std::vector<void *>>; return *f; }
    static size_t &kept() { static size_t bytes = 0; return bytes; }
};

// Its priority lets it stand in place of the default, which has 0.
struct Installed {
    Installed() { c10::SetCPUAllocator(new CachingAllocator, 1); }
} installed;
} // namespace

extern "C" __attribute__((visibility("default"))) int64_t pt_memory_used() { return static_cast<int64_t>(CachingAllocator::used()); }
extern "C" __attribute__((visibility("default"))) int64_t pt_memory_peak() { return static_cast<int64_t>(CachingAllocator::peak()); }
extern "C" __attribute__((visibility("default"))) void pt_memory_reset_peak() { CachingAllocator::peak() = CachingAllocator::used().load(); }
