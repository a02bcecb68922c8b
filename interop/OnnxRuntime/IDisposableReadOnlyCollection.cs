using System.Collections;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A list whose disposal disposes its members.</summary>
public interface IDisposableReadOnlyCollection<T> : IReadOnlyCollection<T>, IDisposable
{
    /// <summary>The member at <paramref name="index"/>.</summary>
    T this[int index] { get; }
}

/// <summary>The outputs of a run.</summary>
internal sealed class OrtValues(OrtValue[] values) : IDisposableReadOnlyCollection<OrtValue>
{
    public int Count => values.Length;

    public OrtValue this[int index] => values[index];

    public IEnumerator<OrtValue> GetEnumerator() => ((IEnumerable<OrtValue>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (var value in values) value.Dispose();
    }
}
