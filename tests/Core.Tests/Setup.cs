using System.Runtime.CompilerServices;
using Playground.Core.Engine;

namespace Playground.Core.Tests;

/// <summary>libtorch is set up before any test, as every program does it.</summary>
internal static class Setup
{
    [ModuleInitializer]
    internal static void Begin() => TorchEngine.Initialize();
}
