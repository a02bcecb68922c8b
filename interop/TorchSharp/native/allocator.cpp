// libtorch asks the system for every result and gives it back at once; large blocks then come as fresh pages each time, and a small
// network spends a quarter of its time in page faults. This allocator keeps what was freed for the next request of that size: no more,
// with what is in use, than was in use at once a short while ago, and nothing that was not asked for in that time, because other batch
// sizes and other models need other sizes.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <malloc.h>
#include <sys/mman.h>
#include <time.h>
#include <torch/version.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace {
constexpr size_t kHeader = 64;              // holds the Block, and keeps the data aligned
constexpr size_t kSmallest = 64 << 10;      // what is smaller the C library keeps itself
constexpr size_t kHugePage = 2 << 20;       // what is larger is mapped on its own, so that it cannot scatter the C library's heap
constexpr size_t kSpare = 256 << 20;        // bytes kept beyond what was in use at once
constexpr time_t kSeconds = 20;             // a short while

struct Block {
    size_t size;  // header included
    time_t freed;
    Block *older, *newer;
};
static_assert(sizeof(Block) <= kHeader, "The header must keep the data aligned.");

// Free blocks, by size and by age.
class Shelf {
public:
    Block *take(size_t size) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto found = blocks_.find(size);
        if (found == blocks_.end()) return nullptr;
        Block *const block = found->second.back();
        found->second.pop_back();
        unlink(block, found);
        return block;
    }

    // Keeps a block that was one of `used` bytes in use; returns those that are let go for it, linked by `newer`.
    Block *put(Block *block, size_t used) {
        timespec now;
        clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
        const std::lock_guard<std::mutex> lock(mutex_);
        if (now.tv_sec - since_ > kSeconds) {
            before_ = lately_;
            lately_ = 0;
            since_ = now.tv_sec;
        }
        // Every peak is followed by a release.
        lately_ = std::max(lately_, used);
        const size_t limit = std::max(lately_, before_) - (used - block->size) + kSpare;
        block->freed = now.tv_sec;
        block->older = newest_;
        block->newer = nullptr;
        (newest_ ? newest_->newer : oldest_) = block;
        newest_ = block;
        blocks_[block->size].push_back(block);
        kept_ += block->size;
        return shed(limit, now.tv_sec - kSeconds);
    }

    Block *empty() {
        const std::lock_guard<std::mutex> lock(mutex_);
        return shed(0, 0);
    }

    size_t kept() const { return kept_; }

private:
    using Sizes = std::unordered_map<size_t, std::deque<Block *>>;

    // Within a size the oldest stands first, because the newest is taken first.
    Block *shed(size_t limit, time_t since) {
        Block *gone = nullptr;
        while (oldest_ && (kept_ > limit || oldest_->freed < since)) {
            Block *const block = oldest_;
            const auto found = blocks_.find(block->size);
            found->second.pop_front();
            unlink(block, found);
            block->newer = gone;
            gone = block;
        }
        return gone;
    }

    void unlink(Block *block, Sizes::iterator found) {
        (block->older ? block->older->newer : oldest_) = block->newer;
        (block->newer ? block->newer->older : newest_) = block->older;
        kept_ -= block->size;
        if (found->second.empty()) blocks_.erase(found);
    }

    std::mutex mutex_;
    Sizes blocks_;
    Block *oldest_ = nullptr, *newest_ = nullptr;
    std::atomic<size_t> kept_{0};
    size_t lately_ = 0, before_ = 0;  // most bytes in use at once, in this while and the one before
    time_t since_ = 0;
};

// Never destroyed: tensors may outlive the library's static objects.
Shelf &shelf() {
    static auto *s = new Shelf;
    return *s;
}

void *map_aligned(size_t size) {
    const size_t room = size + kHugePage;
    void *const mapped = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    const auto begin = reinterpret_cast<uintptr_t>(mapped), start = (begin + kHugePage - 1) / kHugePage * kHugePage;
    if (start > begin) munmap(mapped, start - begin);
    if (begin + room > start + size) munmap(reinterpret_cast<void *>(start + size), begin + room - start - size);
    madvise(reinterpret_cast<void *>(start), size, MADV_HUGEPAGE);
    return reinterpret_cast<void *>(start);
}

void give_back(Block *block) {
    if (block->size >= kHugePage) munmap(block, block->size);
    else std::free(block);
}

void give_back_all(Block *block) {
    while (block) {
        Block *const next = block->newer;
        give_back(block);
        block = next;
    }
}

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
        void *const data = reinterpret_cast<char *>(take(size)) + kHeader;
        const size_t now = used().fetch_add(size) + size;
        for (size_t most = peak(); now > most && !peak().compare_exchange_weak(most, now);) {
        }
        return {data, data, &release, c10::Device(c10::kCPU)};
    }

    // Up to an eighth more, so that sizes which differ little share their blocks; whole pages where they are mapped.
    static size_t rounded(size_t bytes) {
        size_t step = bytes >= kHugePage ? 4096 : kHeader;
        while (step * 16 < bytes) step *= 2;
        return (bytes + step - 1) / step * step;
    }

    static Block *take(size_t size) {
        if (size >= kSmallest) {
            if (Block *const block = shelf().take(size)) return block;
        }
        void *block = nullptr;
        if (size >= kHugePage) block = map_aligned(size);
        else if (posix_memalign(&block, kHeader, size) != 0) block = nullptr;
        if (!block)
            throw std::runtime_error("Out of memory: " + std::to_string(size >> 20) + " MiB were asked for. Take fewer or smaller pictures at once.");
        return new (block) Block{size, 0, nullptr, nullptr};
    }

    static void release(void *data) {
        if (data == nullptr) return;
        Block *const block = reinterpret_cast<Block *>(static_cast<char *>(data) - kHeader);
        const size_t now = used().fetch_sub(block->size);
        if (block->size < kSmallest) give_back(block);
        else give_back_all(shelf().put(block, now));
    }
};

// Its priority lets it stand in place of the default, which has 0.
struct Installed {
    Installed() { c10::SetCPUAllocator(new CachingAllocator, 1); }
} installed;
} // namespace

extern "C" __attribute__((visibility("default"))) int64_t pt_memory_used() { return static_cast<int64_t>(CachingAllocator::used()); }
extern "C" __attribute__((visibility("default"))) int64_t pt_memory_peak() { return static_cast<int64_t>(CachingAllocator::peak()); }
extern "C" __attribute__((visibility("default"))) void pt_memory_reset_peak() { CachingAllocator::peak() = CachingAllocator::used().load(); }
extern "C" __attribute__((visibility("default"))) int64_t pt_memory_kept() { return static_cast<int64_t>(shelf().kept()); }
extern "C" __attribute__((visibility("default"))) void pt_memory_trim() {
    give_back_all(shelf().empty());
    malloc_trim(0);
}
