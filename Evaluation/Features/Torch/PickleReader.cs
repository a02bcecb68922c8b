using System.Buffers.Binary;
using System.Text;

namespace Playground.Evaluation.Features.Torch;

/// <summary>
/// Reads Python pickles that hold tensors, and nothing else: numbers, texts, lists, tuples, dictionaries, and the calls by which
/// PyTorch rebuilds a tensor. Any other class or function is refused by name before anything is made of it; code is never run.
/// </summary>
/// <remarks>Opcodes: CPython's pickletools. Protocols 2 to 5, as far as torch.save writes them.</remarks>
internal sealed class PickleReader(Stream stream)
{
    private const int MaxText = 1 << 16, MaxObjects = 1 << 20;
    private static readonly object s_mark = new();
    private readonly byte[] _buffer = new byte[MaxText];
    private readonly List<object?> _stack = [];
    private readonly Dictionary<int, object?> _memo = [];
    private int _steps;

    /// <summary>A class or function that a pickle names.</summary>
    internal sealed record Global(string Module, string Name);

    /// <summary>
    /// One pickled object: null, bool, long, double, string, List, object[] (a tuple), Dictionary by text, or a reference to a tensor.
    /// </summary>
    /// <exception cref="WeightsException">Not a pickle, one that names anything but tensors, or one beyond the limits.</exception>
    public object? Read()
    {
        _steps = 0;
        _memo.Clear();
        _stack.Clear();
        try
        {
            while (true)
            {
                var opcode = Bytes(1)[0];
                if (opcode == '.') return Pop();
                if (++_steps > 16 * MaxObjects || _stack.Count > MaxObjects || _memo.Count > MaxObjects)
                    throw new WeightsException($"it holds more than {MaxObjects:N0} objects");
                Step(opcode);
            }
        }
        catch (EndOfStreamException e)
        {
            throw new WeightsException("it is cut off", e);
        }
    }

    private void Step(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: Bytes(1); break; // PROTO
            case 0x95: Bytes(8); break; // FRAME
            case (byte)'(': Push(s_mark); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)Bytes(1)[0]); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;
            case (byte)'J': Push((long)Int32()); break;
            case 0x8a: Push(LongInteger(Bytes(Bytes(1)[0]))); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;
            case (byte)'X': Push(Encoding.UTF8.GetString(Bytes(Int32()))); break;
            case 0x8c: Push(Encoding.UTF8.GetString(Bytes(Bytes(1)[0]))); break; // SHORT_BINUNICODE
            case (byte)'U': Push(Encoding.Latin1.GetString(Bytes(Bytes(1)[0]))); break;
            case (byte)'T': Push(Encoding.Latin1.GetString(Bytes(Int32()))); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'}': Push(new Dictionary<string, object?>()); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopToMark()); break;
            case 0x85: Push(Pop(1)); break;
            case 0x86: Push(Pop(2)); break;
            case 0x87: Push(Pop(3)); break;
            case (byte)'a': Append(Pop(1)); break;
            case (byte)'e': Append(PopToMark()); break;
            case (byte)'s': Set(Pop(2)); break;
            case (byte)'u': Set(PopToMark()); break;
            case (byte)'q': _memo[Bytes(1)[0]] = Top(); break;
            case (byte)'r': _memo[Int32()] = Top(); break;
            case 0x94: _memo[_memo.Count] = Top(); break; // MEMOIZE
            case (byte)'h': Push(Memo(Bytes(1)[0])); break;
            case (byte)'j': Push(Memo(Int32())); break;
            case (byte)'c': Push(TorchObjects.Allow(Line(), Line())); break;
            // STACK_GLOBAL
            case 0x93: Push(Pop(2) is [string module, string name] ? TorchObjects.Allow(module, name) : throw Damaged()); break;
            case (byte)'R':
                Push(Pop(2) is [Global function, object?[] arguments]
                ? TorchObjects.Call(function, arguments)
                : throw Damaged());
                break;
            case (byte)'Q': Push(TorchObjects.Storage(Pop())); break;
            case (byte)'b': Pop(); break; // BUILD: a dictionary's own attributes, which say nothing of the weights
            default:
                throw new WeightsException(
                $"it uses the pickle opcode 0x{opcode:x2}, which tensors do not need; nothing of it was run");
        }
    }

    internal static WeightsException Damaged() => new("it is no pickle, or a damaged one");

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count is < 0 or > MaxText) throw new WeightsException($"it holds a text of {count:N0} bytes; the limit is {MaxText:N0}");
        stream.ReadExactly(_buffer.AsSpan(0, count));
        return _buffer.AsSpan(0, count);
    }

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    // Only the magic number at the head of the old form is longer than eight bytes; it is compared as text.
    private static object LongInteger(ReadOnlySpan<byte> bytes)
    {
        var number = new System.Numerics.BigInteger(bytes);
        return number >= long.MinValue && number <= long.MaxValue ? (long)number : number.ToString("x", null);
    }

    private string Line()
    {
        var text = new StringBuilder();
        while (Bytes(1)[0] is var letter && letter != '\n')
        {
            if (text.Length > 256) throw Damaged();
            text.Append((char)letter);
        }
        return text.ToString();
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Top() => _stack.Count > 0 ? _stack[^1] : throw Damaged();

    private object? Pop() => Pop(1)[0];

    private object?[] Pop(int count)
    {
        if (_stack.Count < count) throw Damaged();
        object?[] values = [.. _stack[^count..]];
        if (values.Contains(s_mark)) throw Damaged();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        var mark = _stack.LastIndexOf(s_mark);
        if (mark < 0) throw Damaged();
        object?[] values = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private void Append(object?[] values)
    {
        if (Top() is not List<object?> list) throw Damaged();
        list.AddRange(values);
    }

    private void Set(object?[] pairs)
    {
        if (Top() is not Dictionary<string, object?> dictionary || pairs.Length % 2 != 0) throw Damaged();
        for (var i = 0; i < pairs.Length; i += 2) dictionary[pairs[i] as string ?? throw Damaged()] = pairs[i + 1];
    }

    private object? Memo(int key) => _memo.TryGetValue(key, out var value) ? value : throw Damaged();
}
