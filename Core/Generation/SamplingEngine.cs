using System.Diagnostics;
using Playground.Core.Checkpoints;
using Playground.Core.Engine;
using static TorchSharp.torch;

namespace Playground.Core.Generation;

/// <summary>
/// Serves many requests at once: every turn is one forward pass over the pictures of all requests of one model, each at its own
/// timestep, or over a part of those of a large request, or the making of some images from latents. Requests join and leave between
/// turns. Parties take turns: each gets as many passes and places as another, however many requests one of them has. Of one party's,
/// those go first that have waited longest; a request for another model, or with other LoRAs, waits until those before it have ended. A
/// request returns what it returns alone, within 1e-5 in float32.
/// </summary>
/// <param name="device">Where the turns run.</param>
/// <param name="load">Gives the model of a name. Called on the device's thread, and only when no request of another model is under
/// way.</param>
public sealed class SamplingEngine(DeviceThread device, Func<string, SampledModel> load)
{
    /// <summary>Requests under way at once; more wait. A party that has none of them does not wait for those of others.</summary>
    public const int MaxActive = 32;

    // Other work on the device gets its turn this often.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(250), s_decoding = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly List<Entry> _waiting = [];
    private readonly Dictionary<string, long> _admissions = [];
    private readonly List<Entry> _active = [];
    private (string Name, SampledModel Model, BatchLimit Limit, BatchedDenoiser Denoiser)? _current;
    private long _turn, _admission;
    private bool _running;

    /// <summary>Whether requests wait or are under way.</summary>
    public bool IsBusy
    {
        get { lock (_lock) return _running; }
    }

    /// <summary>Queues a request.</summary>
    /// <param name="model">Name of the model, for <c>load</c>.</param>
    /// <param name="request">Checked against the model when its time comes.</param>
    /// <param name="onStart">Called on the device's thread when the request is under way.</param>
    /// <param name="onStep">As in <see cref="SamplingRun.Execute"/>.</param>
    /// <param name="ct">Ends it before its next pass, within a pass that it has to itself, or where it waits.</param>
    /// <param name="party">Whose it is; parties share the device evenly.</param>
    /// <exception cref="PlaygroundException">The model cannot be loaded, or the request does not fit it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<SamplingResult> SampleAsync(string model, SamplingRequest request, Action? onStart = null,
        Action<int, Func<SamplingFrame>>? onStep = null, CancellationToken ct = default, string party = "")
    {
        var entry = new Entry(model, request, onStart, onStep, party);
        // The token may outlive the request by far, and must not hold it.
        await using var registration = ct.Register(() => entry.Done.TrySetCanceled(ct));
        Enqueue(entry);
        return await entry.Done.Task;
    }

    private void Enqueue(Entry entry)
    {
        lock (_lock)
        {
            _waiting.Add(entry);
            if (_running) return;
            _running = true;
        }
        _ = RunSliceAsync();
    }

    // What escapes a slice, or a device that takes no more work, ends those under way and those that wait, and nobody who comes later.
    private async Task RunSliceAsync()
    {
        try
        {
            await device.RunAsync(Slice, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Fail(Exception e)
    {
        List<Entry> all;
        lock (_lock)
        {
            all = [.. _active, .. _waiting];
            _active.Clear();
            _waiting.Clear();
            _running = false;
        }
        foreach (var entry in all)
        {
            entry.Done.TrySetException(e);
            entry.Run?.Dispose();
        }
    }

    private void Slice()
    {
        var began = Stopwatch.GetTimestamp();
        var (precision, scope) = ("", (IDisposable?)null);
        using var guard = inference_mode();
        try
        {
            do
            {
                Leave(_active.Where(e => e.Done.Task.IsCompleted));
                Admit();
                if (_active.Count == 0) continue;
                var chosen = Choose();
                // Autocast keeps the weights it has converted until it ends: it spans the turns.
                if (chosen[0].Request.Precision != precision)
                {
                    scope?.Dispose();
                    precision = chosen[0].Request.Precision;
                    scope = Precision.Enter(precision);
                }
                Turn(chosen);
            }
            while (HasWork() && Stopwatch.GetElapsedTime(began) < s_slice);
        }
        finally
        {
            scope?.Dispose();
        }
        lock (_lock)
        {
            _running = _active.Count > 0 || _waiting.Count > 0;
            if (!_running) return;
        }
        _ = RunSliceAsync();
    }

    private bool HasWork()
    {
        lock (_lock) return _active.Count > 0 || _waiting.Count > 0;
    }

    private void Admit()
    {
        while (true)
        {
            Entry next;
            lock (_lock)
            {
                _waiting.RemoveAll(e => e.Done.Task.IsCompleted);
                if (Next() is not { } chosen || !HasRoomFor(chosen) || (_active.Count > 0 && !Shares(chosen))) return;
                next = chosen;
                _waiting.Remove(next);
                _admissions[next.Party] = ++_admission;
            }
            try
            {
                // Before anything takes memory: whoever keeps count of attempts knows of this one, whatever becomes of it.
                next.OnStart?.Invoke();
                using var watch = Interruption.When(() => next.Done.Task.IsCompleted);
                next.Run = new ActiveSampling(ModelOf(next), next.Request, next.OnStep);
                _active.Add(next);
            }
            catch (Exception e)
            {
                next.Done.TrySetException(e);
            }
        }
    }

    // Whether it can be under way together with those that are: LoRAs change the weights that all of them use.
    private bool Shares(Entry entry) => entry.Model == _current?.Name && entry.Request.Loras.SequenceEqual(_active[0].Request.Loras);

    // The oldest of the party that has the fewest under way, and of such parties of the one whose turn is longest ago.
    private Entry? Next() => _waiting.Count == 0 ? null : _waiting.DistinctBy(e => e.Party)
        .MinBy(e => (_active.Count(a => a.Party == e.Party), _admissions.GetValueOrDefault(e.Party)));

    // A party that has nothing under way does not wait until another one's requests end.
    private bool HasRoomFor(Entry entry) => _active.Count < MaxActive
        || (_active.Count < 2 * MaxActive && _active.TrueForAll(a => a.Party != entry.Party));

    private SampledModel ModelOf(Entry entry)
    {
        if (_active.Count > 0) return _current!.Value.Model;
        var model = load(entry.Model);
        if (entry.Request.Validate(model.Summary, maxCount: int.MaxValue) is []) model.Prepare(entry.Request);
        if (!ReferenceEquals(model, _current?.Model))
        {
            var limit = BatchLimit.For(model.Extent);
            _current = (entry.Model, model, limit, new BatchedDenoiser(model, limit));
        }
        return model;
    }

    // Whoever has waited longest for a turn, and with it as many of its precision and size as fit the pass.
    private List<Entry> Choose()
    {
        var (chosen, rows) = (new List<Entry>(), 0);
        foreach (var entry in InTurn())
        {
            var run = entry.Run!;
            if (chosen.Count > 0 && (run.IsAlone || entry.Request.Precision != chosen[0].Request.Precision
                || run.Extent != chosen[0].Run!.Extent || rows + run.Rows > _current!.Value.Limit.RowsOf(run.Pixels))) continue;
            chosen.Add(entry);
            if (run.IsAlone) break;
            rows += run.Rows;
        }
        return chosen;
    }

    // Each party's longest waiting one, then each party's second, and so on; parties by how long they have waited.
    private IEnumerable<Entry> InTurn() => _active.GroupBy(e => e.Party)
        .SelectMany(party => party.OrderBy(e => e.LastTurn).Select((entry, place) => (entry, place, last: party.Max(e => e.LastTurn))))
        .OrderBy(e => e.place).ThenBy(e => e.last).ThenBy(e => e.entry.LastTurn).Select(e => e.entry);

    private void Turn(List<Entry> chosen)
    {
        _turn++;
        foreach (var entry in chosen) entry.LastTurn = _turn;
        // What one alone has of the device, it gives back at once.
        using var watch = chosen is [var only] ? Interruption.When(() => only.Done.Task.IsCompleted) : null;
        if (chosen is [{ Run.IsFinished: true } denoised]) Finish(denoised);
        else Advance(chosen);
        Leave(chosen.Where(e => e.Done.Task.IsCompleted));
    }

    private void Advance(List<Entry> chosen)
    {
        var faults = _current!.Value.Denoiser.TryAdvance([.. chosen.Select(e => e.Run!)]);
        foreach (var entry in chosen)
        {
            if (faults.TryGetValue(entry.Run!, out var fault)) entry.Done.TrySetException(fault);
            else if (entry.Run!.IsFinished) Finish(entry);
        }
    }

    // Large images take several turns.
    private static void Finish(Entry entry)
    {
        try
        {
            var (began, run) = (Stopwatch.GetTimestamp(), entry.Run!);
            do run.Decode();
            while (!run.IsDecoded && Stopwatch.GetElapsedTime(began) < s_decoding);
            if (run.IsDecoded) entry.Done.TrySetResult(run.Result());
        }
        catch (Exception e)
        {
            entry.Done.TrySetException(e);
        }
    }

    private void Leave(IEnumerable<Entry> entries)
    {
        foreach (var entry in entries.ToList())
        {
            entry.Run?.Dispose();
            _active.Remove(entry);
        }
    }

    private sealed class Entry(string model, SamplingRequest request, Action? onStart, Action<int, Func<SamplingFrame>>? onStep,
        string party)
    {
        public string Model => model;

        public SamplingRequest Request => request;

        public string Party => party;

        public Action? OnStart => onStart;

        public Action<int, Func<SamplingFrame>>? OnStep => onStep;

        public TaskCompletionSource<SamplingResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ActiveSampling? Run { get; set; }

        public long LastTurn { get; set; }
    }
}
