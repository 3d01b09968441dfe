#pragma once

#include <cstddef>
#include <vector>

namespace syzygy {

/// Bytes that a thread keeps of its last tape for the next one: fresh memory costs a short solve more than its gradient does.
inline constexpr std::size_t kept_tape_bytes = std::size_t(1) << 20;

/// A sequence that grows by blocks and never moves its elements: a tape of whole steps takes megabytes, which a vector would copy
/// whenever it outgrows its capacity. `clear` keeps the blocks.
template <class T>
class StepTape {
public:
    void clear()
    {
        for (auto& block : blocks_) block.clear();
        size_ = 0;
    }
    void push_back(const T& value)
    {
        const std::size_t block = size_ / block_size;
        if (block == blocks_.size()) blocks_.emplace_back().reserve(block_size);
        blocks_[block].push_back(value);
        ++size_;
    }
    /// Drops all elements, and frees the blocks beyond `bytes`.
    void clear_to(std::size_t bytes)
    {
        clear();
        const std::size_t blocks = bytes / (block_size * sizeof(T));
        if (blocks_.size() > blocks) blocks_.resize(blocks);
    }
    const T& operator[](std::size_t i) const { return blocks_[i / block_size][i % block_size]; }
    T& operator[](std::size_t i) { return blocks_[i / block_size][i % block_size]; }
    std::size_t size() const { return size_; }
    std::size_t bytes() const { return size_ * sizeof(T); }

private:
    static constexpr std::size_t block_size = 16;
    std::vector<std::vector<T>> blocks_;
    std::size_t size_ = 0;
};

}  // namespace syzygy
