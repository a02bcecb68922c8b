using Playground.Core.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Playground.Core.Checkpoints;

/// <summary>
/// An open safetensors file, from which tensors are taken one by one, without a copy of the whole in memory: the file is mapped.
/// </summary>
internal sealed class SafetensorsReader : IDisposable
{
    private const int Piece = 1 << 24;

    private readonly FileStream _file;
    private readonly string _path, _name;
    private readonly Dictionary<ScalarType, Tensor> _mapped = [];

    /// <exception cref="PlaygroundException">The file is truncated, or its header lies.</exception>
    public SafetensorsReader(string path)
    {
        (_path, _name) = (path, Path.GetFileName(path));
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        Header = SafetensorsHeader.Read(_file, _name);
    }

    public SafetensorsHeader Header { get; }

    /// <summary>
    /// The tensor, on the CPU, as it lies in the file; the caller's dispose scope owns it. What is written to it does not reach the file.
    /// </summary>
    public Tensor Read(SafetensorsEntry entry)
    {
        var (at, width) = (Header.BufferStart + entry.Begin, SafetensorsHeader.WidthOf(entry.Type));
        if (entry.Count == 0 || at % width != 0)
        {
            // Nothing, or nothing that a number may begin at.
            var tensor = empty(entry.Shape, entry.Type);
            Fill(tensor, entry);
            return tensor;
        }
        if (!_mapped.TryGetValue(entry.Type, out var all))
            all = _mapped[entry.Type] = from_file(_path, shared: false, size: _file.Length / width, dtype: entry.Type)
                .DetachFromDisposeScope();
        return all.narrow(0, at / width, entry.Count).view(entry.Shape);
    }

    /// <summary>Lets go of the memory that reading a tensor's values took; they can be read again.</summary>
    public unsafe void Release(SafetensorsEntry entry)
    {
        if (entry.Count == 0 || !_mapped.TryGetValue(entry.Type, out var all)) return;
        MappedPages.Release(TensorData.Of<byte>(all) + Header.BufferStart + entry.Begin, entry.End - entry.Begin);
    }

    /// <summary>
    /// Reads straight into a tensor of the same type whose values lie in order on the CPU, and says whether it is one.
    /// </summary>
    public bool ReadInto(Tensor target, SafetensorsEntry entry)
    {
        if (target.dtype != entry.Type || target.device_type != DeviceType.CPU || !target.is_contiguous()) return false;
        Fill(target, entry);
        return true;
    }

    private unsafe void Fill(Tensor tensor, SafetensorsEntry entry)
    {
        _file.Position = Header.BufferStart + entry.Begin;
        var at = TensorData.Of<byte>(tensor);
        for (var left = entry.End - entry.Begin; left > 0;)
        {
            var part = new Span<byte>(at, (int)Math.Min(left, Piece));
            try
            {
                _file.ReadExactly(part);
            }
            catch (EndOfStreamException e)
            {
                throw new PlaygroundException($"'{_name}' ends in the middle of '{entry.Name}'. Copy it again from its source.", e);
            }
            at += part.Length;
            left -= part.Length;
        }
    }

    public void Dispose()
    {
        foreach (var mapped in _mapped.Values) mapped.Dispose();
        _file.Dispose();
    }
}
