using Playground.Client.Contracts;

namespace Playground.Server.Jobs;

/// <summary>
/// A frame that is encoded once, when somebody wants it, never on the device's thread. Whoever else wants it meanwhile waits without
/// holding a thread.
/// </summary>
/// <param name="encode">Makes the frame's files.</param>
internal sealed class EncodedFrame(Func<FrameView> encode)
{
    private readonly Lazy<Task<FrameView>> _view = new(() => Task.Run(encode));

    /// <summary>The frame, encoded.</summary>
    public Task<FrameView> ViewAsync() => _view.Value;
}
